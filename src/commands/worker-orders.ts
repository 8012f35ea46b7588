/** What a supervisor and its workers say to each other. */

import type { Configuration } from './live-configuration.js';

/** Said by a worker: it is there, and has nothing to serve yet. */
export const ASKS = 'activation-gateway: asks for a configuration';
/** Said to a worker that is to finish what is in flight and end. */
export const STOP = 'activation-gateway: stop';
/** Said to a worker that has more than its share of the connections, because another was started anew: to let go of them. */
export const SHARE = 'activation-gateway: share';

const SERVE = 'activation-gateway: serve';
const SERVES = 'activation-gateway: serves';

/** Said to a worker: what to serve from now on. */
export interface ServeOrder {
  readonly order: typeof SERVE;
  /** Which order it is. */
  readonly number: number;
  readonly configuration: Configuration;
}

/** Said by a worker: it serves what it was told to. */
export interface ServeAnswer {
  readonly answer: typeof SERVES;
  /** Of the order. */
  readonly number: number;
}

export function serveOrder(number: number, configuration: Configuration): ServeOrder {
  return { order: SERVE, number, configuration };
}

export function serveAnswer({ number }: ServeOrder): ServeAnswer {
  return { answer: SERVES, number };
}

export function isServeAnswer(message: unknown): message is ServeAnswer {
  return typeof message === 'object' && message !== null && 'answer' in message && message.answer === SERVES;
}

export function isServeOrder(message: unknown): message is ServeOrder {
  return typeof message === 'object' && message !== null && 'order' in message && message.order === SERVE;
}
