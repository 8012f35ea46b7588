/** Whether an answer is still of use to the one who asked. */

import type { GatewayError } from './errors.js';

/**
 * Asked before work is begun that nobody may wait for any more. Cheaper than an AbortSignal, which most requests would make for
 * nothing.
 */
export interface Cancellation {
  /** Why the answer is of no use: its deadline has passed, or the caller has hung up. Undefined while it is wanted. */
  readonly reason: GatewayError | undefined;
  /** Resolves when the caller's deadline passes; undefined where it gave none. */
  readonly deadline: Promise<void> | undefined;
}

/** Of work that is to be done whatever becomes of the one who asked for it. */
export const NEVER_CANCELLED: Cancellation = { reason: undefined, deadline: undefined };
