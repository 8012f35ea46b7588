/**
 * Open connections, and when they end. That nothing has come over one for long is seen by looking at how much it has carried, every now and
 * then. Node's own `keepAliveTimeout` makes a timer for every answer and puts it between those of other connections: where there are
 * a thousand, in memory that has long left the processor's caches.
 */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Times that each connection is looked at while it may be idle. */
const ROUNDS = 8;
/** A round is done in so many steps, so that none takes long. */
const STEPS = 8;

/** What a connection had carried when that was seen first. */
interface Carried {
  readonly bytes: number;
  /** By performance.now(). */
  readonly since: number;
}

export class Connections {
  readonly #idleMs: number;
  /** While there are any. */
  #timer: NodeJS.Timeout | undefined;
  #step = 0;
  /** Looked at in each step of this round. */
  #share = 0;
  /** The one that was not looked at for longest is the first. */
  readonly #open = new Map<Socket, Carried>();
  readonly #served = new Set<IncomingMessage>();
  /** Those that are to end. */
  #former = new Set<Socket>();
  #areEnding = false;

  /** @param idleMs how long a connection is kept without a request, at least, in milliseconds; three tenths more at most */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** To be called with each that is opened. */
  opened(connection: Socket): void {
    this.#open.set(connection, { bytes: 0, since: performance.now() });
    this.#timer ??= setInterval(() => this.#look(), this.#idleMs / ROUNDS / STEPS).unref();
  }

  /** To be called with each that is closed. */
  closed(connection: Socket): void {
    this.#open.delete(connection);
    this.#former.delete(connection);
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#step = 0;
    }
  }

  /** A request is begun: its connection is kept until it is answered, however long that takes. */
  serves(message: IncomingMessage): void {
    this.#served.add(message);
  }

  answered(message: IncomingMessage): void {
    this.#served.delete(message);
  }

  /** Those that there are now end with their next answer. */
  renew(): void {
    this.#former = new Set(this.#open.keys());
  }

  /** From now on each ends with its next answer. */
  end(): void {
    this.#areEnding = true;
  }

  /** Whether a connection ends with the answer that is about to be written. */
  endsNow(connection: Socket): boolean {
    return this.#areEnding || this.#former.has(connection);
  }

  #look(): void {
    const now = performance.now();
    const share = Math.ceil(this.#open.size / STEPS);
    // Those that are closed in a round make its later steps no smaller.
    this.#share = this.#step === 0 ? share : Math.max(this.#share, share);
    this.#step = (this.#step + 1) % STEPS;
    let left = this.#share;
    for (const [connection, carried] of this.#open) {
      if (left === 0) {
        return;
      }
      left -= 1;
      this.#open.delete(connection);
      const bytes = connection.bytesRead + connection.bytesWritten;
      if (bytes === carried.bytes && now - carried.since < this.#idleMs) {
        this.#open.set(connection, carried);
      } else if (bytes !== carried.bytes || this.#isUsed(connection)) {
        this.#open.set(connection, { bytes, since: now });
      } else {
        connection.destroy();
      }
    }
  }

  #isUsed(connection: Socket): boolean {
    // What its caller is slow to take in.
    if (connection.writableLength > 0) {
      return true;
    }
    for (const { socket } of this.#served) {
      if (socket === connection) {
        return true;
      }
    }
    return false;
  }
}
