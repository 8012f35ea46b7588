/** What the rest of the gateway sees of a Redis: commands in, replies out. Knows no profile. */

import type { Cancellation } from '../cancellation.js';
import type { GatewayError } from '../errors.js';
import type { TracedSpan } from '../telemetry/tracing.js';

/** The command's name in lower case and its arguments. */
export type RedisCommand = readonly [name: string, ...args: string[]];

/** What one command came to. */
export type RedisReply =
  /** The server's answer: bytes (a Buffer), a number, null, or an array of those. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** The key holds another type of value than the command reads. */
  | { readonly kind: 'wrong-type' }
  /** No answer: STORE_UNAVAILABLE or STORE_TIMEOUT. */
  | { readonly kind: 'failed'; readonly error: GatewayError };

/** A connection to one destination's Redis: opened when first needed, shared by all requests, healing by itself. */
export interface RedisClient {
  /**
   * Sends commands together. Those that a lost connection took with it are sent once more; by a client for writes they are
   * not, and count as failed: they may have been done.
   * @param cancellation asked before anything is sent; what is under way goes on, because its replies will come. Left out: they
   *   are wanted in any case
   * @param span where what is done belongs in a request's trace; left out: it is not traced
   * @returns one reply a command, in their order, within the time-out. Does not reject.
   */
  pipeline(
    commands: readonly RedisCommand[],
    cancellation?: Cancellation,
    span?: TracedSpan,
  ): Promise<readonly RedisReply[]>;
  /** Resolves when the server answers now; rejects with STORE_UNAVAILABLE or STORE_TIMEOUT when it does not. */
  check(): Promise<void>;
  /** Ends the connection. What is still under way fails with STORE_UNAVAILABLE. */
  close(): Promise<void>;
}
