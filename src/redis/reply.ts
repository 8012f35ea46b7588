import type { GatewayError } from '../errors.js';
import type { RedisReply } from './client.js';

/** What Redis answers to a command that does not fit the type of the key. */
const WRONG_TYPE = 'WRONGTYPE';

/**
 * @param result what ioredis gives for one command of a pipeline
 * @param unavailable the error for whatever is neither an answer nor a wrong type: a lost connection, a server that
 *   is loading, a user who may not read. None of these may pass for "nothing stored".
 */
export function toReply(
  result: readonly [error: Error | null, value: unknown] | undefined,
  unavailable: GatewayError,
): RedisReply {
  if (result === undefined) {
    return { kind: 'failed', error: unavailable };
  }
  const [error, value] = result;
  if (error === null) {
    return { kind: 'value', value };
  }
  return errorWord(error) === WRONG_TYPE ? { kind: 'wrong-type' } : { kind: 'failed', error: unavailable };
}

/**
 * The word that names an error (`NOPERM`, `ECONNREFUSED`, `LOADING`): all that a log may tell, because an ioredis
 * error carries the command with its arguments, passwords and ids included.
 */
export function errorWord(error: Error | null | undefined): string {
  if (error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return /^[A-Z]{2,}\b/.exec(error?.message ?? '')?.[0] ?? error?.name ?? 'unknown';
}
