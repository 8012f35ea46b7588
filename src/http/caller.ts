/** The one who waits for an answer, and for how long: one for each request. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../cancellation.js';
import { badRequest, clientClosedRequest, deadlineExceeded, type GatewayError } from '../errors.js';

const HEADER = 'x-request-timeout-ms';
/** How long Envoy, and the meshes made of it, will wait for the answer. They set it themselves. */
const ENVOY_HEADER = 'x-envoy-expected-rq-timeout-ms';
const MAX_TIMEOUT_MS = 3_600_000;

export class Caller implements Cancellation {
  deadline: Promise<void> | undefined;
  readonly #socket: Socket;
  #expired: GatewayError | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get reason(): GatewayError | undefined {
    return this.#expired ?? (this.hasHungUp ? clientClosedRequest() : undefined);
  }

  /** Asked when it matters: listening to every connection would cost every request. */
  get hasHungUp(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  /**
   * Bounds the work that is done for an answer.
   * @param timeoutMs how long the caller waits
   * @throws DEADLINE_EXCEEDED when that time is over.
   */
  within<Answer>(timeoutMs: number, work: () => Answer | Promise<Answer>): Promise<Answer> {
    this.deadline = new Promise((resolve) => {
      this.#timer = setTimeout(() => {
        this.#expired = deadlineExceeded(timeoutMs);
        resolve();
      }, timeoutMs);
    });
    const expired = this.deadline.then(async () => {
      // Those who wait for the deadline tell what has come in time, where nothing else is waited for.
      await setImmediate();
      throw deadlineExceeded(timeoutMs);
    });
    return Promise.race([expired, work()]);
  }

  /** To be called once the request is answered. */
  leave(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * How long the caller waits, in milliseconds; undefined where it does not say.
 * @throws BAD_REQUEST where it says so in a way that cannot be understood.
 */
export function callerTimeout(headers: IncomingHttpHeaders): number | undefined {
  const asked = headers[HEADER];
  const proxy = headers[ENVOY_HEADER];
  if (asked === undefined && proxy === undefined) {
    return undefined;
  }
  const timeoutMs = milliseconds(asked);
  if (asked !== undefined && timeoutMs === undefined) {
    throw badRequest(`X-Request-Timeout-Ms must be a whole number from 1 to ${MAX_TIMEOUT_MS}`);
  }
  // Whoever sent the request can do nothing about what a proxy says.
  const proxyMs = milliseconds(proxy);
  return timeoutMs !== undefined && proxyMs !== undefined
    ? Math.min(timeoutMs, proxyMs)
    : (timeoutMs ?? proxyMs);
}

function milliseconds(header: string | string[] | undefined): number | undefined {
  const found = typeof header === 'string' && /^\d{1,7}$/.test(header) ? Number(header) : 0;
  return found >= 1 && found <= MAX_TIMEOUT_MS ? found : undefined;
}
