/** What a single value of the file may be. Messages never repeat the value. */

import { z } from 'zod';

/** @param meaning what belongs here, said where a required value is missing */
export function text(meaning: string) {
  return z.string({
    error: ({ input }) => (input === undefined ? `is required: ${meaning}` : notText(input)),
  });
}

/** A whole number within bounds, or its digits as text, so that it may come from the environment. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(
    (input) => (typeof input === 'string' && /^\d{1,15}$/.test(input) ? Number(input) : input),
    z.number({ error }).int({ error }).min(min, { error }).max(max, { error }),
  );
}

/** A number from 0 to 1, or its digits as text, so that it may come from the environment. */
export function share() {
  const error = 'must be a number from 0 to 1';
  return z.preprocess(
    (input) => (typeof input === 'string' && /^\d(\.\d{1,15})?$/.test(input) ? Number(input) : input),
    z.number({ error }).min(0, { error }).max(1, { error }),
  );
}

const MAX_PORT = 65_535;

/** A port to listen on; 0 is any free one. */
export function listeningPort(byDefault: number) {
  return wholeNumber(0, MAX_PORT).default(byDefault);
}

/** An address to listen on. */
export function listeningHost(byDefault: string) {
  return text('the address to listen on').min(1, { error: 'must not be empty' }).default(byDefault);
}

const TRUTH = new Map([
  ['true', true],
  ['false', false],
]);

/** True or false, or the word as text, so that it may come from the environment. */
export function flag() {
  return z.preprocess(
    (input) => (typeof input === 'string' ? (TRUTH.get(input.toLowerCase()) ?? input) : input),
    z.boolean({ error: 'must be true or false' }),
  );
}

function notText(input: unknown): string {
  if (input === null) {
    return 'has no value: give it one, or leave the key out';
  }
  return typeof input === 'number' || typeof input === 'boolean'
    ? 'must be text: put it in quotes'
    : 'must be text';
}
