/** What a supervisor and its workers say to each other. */

import type { Configuration } from './live-configuration.js';

/** Said by a worker: it is there, and has nothing to serve yet. */
export const ASKS = 'activation-gateway: asks for a configuration';
/** Said by a worker: it serves what it was told to. */
export const SERVES = 'activation-gateway: serves it';
/** Said to a worker that is to finish what is in flight and end. */
export const STOP = 'activation-gateway: stop';

const SERVE = 'activation-gateway: serve';

/** Said to a worker: what to serve from now on. */
export interface ServeOrder {
  readonly order: typeof SERVE;
  readonly configuration: Configuration;
}

export function serveOrder(configuration: Configuration): ServeOrder {
  return { order: SERVE, configuration };
}

export function isServeOrder(message: unknown): message is ServeOrder {
  return typeof message === 'object' && message !== null && 'order' in message && message.order === SERVE;
}
