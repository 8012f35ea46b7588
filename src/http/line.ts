/**
 * Connections whose next request waits in its socket, unread. A busy event loop needs so many requests under way and no more: each further
 * one makes all of them dearer, because what they need has left the processor's caches and outlives collections of garbage. What
 * waits in the kernel costs nothing, and is let in in the order in which it came.
 */

import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Requests under way that keep an event loop busy. They come and go in batches of about twice as many. */
const ENOUGH_IN_FLIGHT = 48;
/** Share of its time for which an event loop works that has no rest. */
const NO_REST = 0.95;

export class Line {
  readonly #busyShare: () => number;
  #hasNoRest = false;
  /** The one that has waited longest is the first. */
  readonly #connections: Socket[] = [];

  /** @param busyShare of the time since it was asked last, for which the event loop worked, 0 to 1 */
  constructor(busyShare = eventLoopBusyShare()) {
    this.#busyShare = busyShare;
  }

  /**
   * To be called with the connection of a request that was answered.
   * @param inFlight requests that are still under way
   */
  answered(connection: Socket, inFlight: number): void {
    if (this.#hasNoRest && inFlight >= ENOUGH_IN_FLIGHT) {
      connection.pause();
      this.#connections.push(connection);
    } else if (this.#connections.length > 0) {
      this.#letIn(1);
    }
  }

  /** To be called every so often. */
  look(): void {
    this.#hasNoRest = this.#busyShare() > NO_REST;
    if (!this.#hasNoRest) {
      // Not all at once: what waits may be many times what can be answered at once.
      this.#letIn(Math.max(ENOUGH_IN_FLIGHT, Math.ceil(this.#connections.length / 2)));
    }
  }

  /** Lets all in. */
  open(): void {
    this.#letIn(this.#connections.length);
  }

  #letIn(count: number): void {
    for (const connection of this.#connections.splice(0, count)) {
      connection.resume();
    }
  }
}

function eventLoopBusyShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
