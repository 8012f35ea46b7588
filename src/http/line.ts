/**
 * Connections whose next request waits in its socket, unread. A busy event loop needs so many requests under way and no more: each further
 * one makes all of them dearer, because what they need has left the processor's caches and outlives collections of garbage. What
 * waits in the kernel costs nothing, and is let in in the order in which it came.
 */

import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Arrivals } from './arrivals.js';

/** Requests under way that keep an event loop busy. They come and go in batches of about twice as many. */
const ENOUGH_IN_FLIGHT = 48;
/** Where most of them only wait for Redis it takes more: at most so many. */
const MOST_IN_FLIGHT = 1_536;
/** A look that finds rest while somebody waits: it takes so many times as many. */
const GROW = 2;
/** A look that finds none: so much less. */
const SHRINK = 0.9;
/** Share of its time for which an event loop works that has no rest. */
const NO_REST = 0.95;
/** Looks for which a connection waits at most, not counting those while new connections wait to be accepted. */
const LONGEST_LOOKS = 5;
/** Requests under way, and lookups that they make, while new connections wait to be accepted: turns of the event loop are short then. */
const FEW_IN_FLIGHT = 12;
const FEW_LOOKUPS = 100;
/** Connections that were left unread and that one look may have read again meanwhile. */
const FEW_A_LOOK = 8;

export class Line {
  readonly #busyShare: () => number;
  #looks = 0;
  #enough = ENOUGH_IN_FLIGHT;
  #isOpen = true;
  /** Which look each came after. The one that has waited longest is the first. */
  readonly #waiting = new Map<Socket, number>();
  readonly #arrivals = new Arrivals(() => this.#endArrivals());
  /** So many times the few, while new connections wait to be accepted. */
  #times = 1;

  /** @param busyShare of the time since it was asked last, for which the event loop worked, 0 to 1 */
  constructor(busyShare = eventLoopBusyShare()) {
    this.#busyShare = busyShare;
  }

  /**
   * To be called with the connection of a request that was answered.
   * @param inFlight requests that are still under way
   * @param lookups that they make
   */
  answered(connection: Socket, inFlight: number, lookups: number): void {
    if (!this.#hasRoom(inFlight, lookups)) {
      // One that sent several requests at once may be there already.
      if (!connection.destroyed && !this.#waiting.has(connection)) {
        connection.pause();
        this.#waiting.set(connection, this.#looks);
      }
    } else if (this.#waiting.size > 0) {
      this.#letIn(1);
    }
  }

  /** To be called with every connection that is accepted. */
  opened(): void {
    this.#arrivals.came();
  }

  /** How many connections that were left unread one look may have read again. */
  get mostALook(): number {
    return this.#arrivals.areWaiting ? FEW_A_LOOK * this.#times : Number.POSITIVE_INFINITY;
  }

  /** To be called with every connection that is closed. */
  closed(connection: Socket): void {
    this.#waiting.delete(connection);
  }

  /** To be called every so often. */
  look(): void {
    const hasRest = this.#busyShare() <= NO_REST;
    if (this.#arrivals.areWaiting) {
      // What is under way may wait for Redis, and keep nobody from being accepted.
      this.#times *= hasRest ? GROW : 1;
      // Also where nobody is answered, because those who come ask for nothing.
      this.#letIn(this.mostALook);
      return;
    }
    this.#looks += 1;
    // Where others keep it busy, connections that are new each time for one, waiting helps nobody.
    const late = this.#countLate();
    this.#isOpen = hasRest || late > 0;
    if (!hasRest) {
      this.#enough = Math.max(ENOUGH_IN_FLIGHT, this.#enough * SHRINK);
      this.#letIn(late);
    } else if (this.#waiting.size > 0) {
      this.#enough = Math.min(this.#enough * GROW, MOST_IN_FLIGHT);
      // Not all at once: what waits may be many times what can be answered at once.
      this.#letIn(Math.max(ENOUGH_IN_FLIGHT, Math.ceil(this.#waiting.size / 2), late));
    }
  }

  /** Lets all in. */
  open(): void {
    this.#letIn(this.#waiting.size);
  }

  #hasRoom(inFlight: number, lookups: number): boolean {
    return this.#arrivals.areWaiting
      ? inFlight < FEW_IN_FLIGHT * this.#times && lookups < FEW_LOOKUPS * this.#times
      : this.#isOpen || inFlight < this.#enough;
  }

  #endArrivals(): void {
    this.#times = 1;
    this.#letIn(ENOUGH_IN_FLIGHT);
  }

  #countLate(): number {
    let count = 0;
    for (const since of this.#waiting.values()) {
      if (this.#looks - since <= LONGEST_LOOKS) {
        break;
      }
      count += 1;
    }
    return count;
  }

  #letIn(count: number): void {
    let left = count;
    for (const connection of this.#waiting.keys()) {
      if (left === 0) {
        return;
      }
      left -= 1;
      this.#waiting.delete(connection);
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
