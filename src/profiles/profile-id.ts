/** What a profile is found by. A ProfileId in hand is valid: it was parsed here. */

import { badRequest } from '../errors.js';

/** What a text must be, in the words of JSON Schema: what is parsed by it here is published by it in `/openapi.json`. */
export interface TextRule {
  readonly type: 'string';
  readonly minLength: 1;
  /** In characters, not in UTF-16 code units. */
  readonly maxLength: number;
  readonly pattern?: string;
}

/**
 * Entity and id type. The colon parts the key in Redis, where nothing is escaped; control characters have no business in a
 * name.
 */
export const NAME_RULE = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[^:\\p{Cc}]*$',
} as const satisfies TextRule;

/** An id value: may hold anything. */
export const VALUE_RULE = { type: 'string', minLength: 1, maxLength: 512 } as const satisfies TextRule;

const NAME = new RegExp(NAME_RULE.pattern, 'u');

declare const parsed: unique symbol;

/** Entity, id type and id value of one profile. */
export interface ProfileId {
  /** What the profile is about: `user`, `account`, … Holds no colon. */
  readonly entity: string;
  /** How it is identified: `email`, `user_id`, … Holds no colon. */
  readonly type: string;
  /** The id itself. May hold anything, colons too. */
  readonly value: string;
  readonly [parsed]: true;
}

/** How a face calls the three arguments, for messages that name what its callers wrote. */
export interface ProfileIdNames {
  readonly entity: string;
  readonly type: string;
  readonly value: string;
}

/** What a caller sent. */
interface ProfileIdInput {
  readonly entity: unknown;
  readonly type: unknown;
  readonly value: unknown;
}

/**
 * Parses what a caller sent.
 * @throws BAD_REQUEST that says which argument is wrong and why, never what it was.
 */
export function parseProfileId(input: ProfileIdInput, names: ProfileIdNames): ProfileId {
  const id: Omit<ProfileId, typeof parsed> = {
    entity: parseName(input.entity, names.entity),
    type: parseName(input.type, names.type),
    value: parseText(input.value, names.value, VALUE_RULE),
  };
  return id as ProfileId;
}

/** Each id once, where it comes first. */
export function distinctIds(ids: readonly ProfileId[]): ProfileId[] {
  return [...new Map(ids.map((id) => [`${id.entity}:${id.type}:${id.value}`, id])).values()];
}

/** Whether a text can be an entity or an id type. */
export function isEntityOrIdType(text: string): boolean {
  return text !== '' && [...text].length <= NAME_RULE.maxLength && NAME.test(text) && text.isWellFormed();
}

function parseName(input: unknown, argument: string): string {
  const name = parseText(input, argument, NAME_RULE);
  if (!NAME.test(name)) {
    throw badRequest(`${argument} must not hold a colon or control characters`);
  }
  return name;
}

function parseText(input: unknown, argument: string, { maxLength }: TextRule): string {
  if (typeof input !== 'string') {
    throw badRequest(`${argument} must be a string${input === undefined ? ', it is missing' : ''}`);
  }
  if (input === '') {
    throw badRequest(`${argument} must not be empty`);
  }
  if (input.length > maxLength && [...input].length > maxLength) {
    throw badRequest(`${argument} must not be longer than ${maxLength} characters`);
  }
  // A lone surrogate cannot be written as UTF-8: it would be replaced, and another profile's key would be read.
  if (!input.isWellFormed()) {
    throw badRequest(`${argument} must be well-formed Unicode`);
  }
  return input;
}
