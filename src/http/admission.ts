/**
 * How many requests are answered at once. Where the event loop falls behind, fewer are let in, so that those that are let in
 * are answered in time; the others are refused before anything is done for them.
 */

import type { Socket } from 'node:net';
import type { Logger } from '../telemetry/logger.js';
import { Line } from './line.js';

export interface OverloadLimits {
  /** Most requests that are answered at once. */
  readonly requestsInFlight: number;
  /** Most lookups that they make together; one request may go past it. */
  readonly lookupsInFlight: number;
  /** How long the event loop may be late, in milliseconds. */
  readonly eventLoopDelayMs: number;
  /** `measure` refuses nobody, and tells the log. */
  readonly mode: 'enforce' | 'measure';
}

/** What is known of the load now, for metrics. */
export interface LoadState {
  readonly requestsInFlight: number;
  /** How many are let in at once: fewer than configured while the event loop is late. */
  readonly maxRequestsInFlight: number;
  /** How late the event loop was when it was last looked at, in milliseconds. */
  readonly eventLoopDelayMs: number;
  /** Requests refused since the start; those that are let pass by `measure` are told to the log alone. */
  readonly refused: number;
}

/** How often the event loop's delay is looked at. */
const LOOK_MS = 100;
/** However late the event loop is, so many requests are let in: it may be late for another reason. */
const LEAST_IN_FLIGHT = 32;
/** Looks in a row that must find it late: a single pause, a collection of garbage for one, is no overload. */
const LATE_LOOKS = 2;
/** A look that finds it late: this share of what was in flight is let in from then on. */
const SHRINK = 0.7;
/** A look that finds it in time: this much more. */
const GROW = 1.5;
/** Below this share of the bound, the event loop is in time again. */
const IN_TIME = 0.5;
/** Refusals between two looks that cost their callers nothing; with more, their connections are left unread for a while. */
const FREE_REFUSALS = 50;
/** For so long: shorter than the Retry-After that the caller was told. */
const UNREAD_MS = 900;
/** At most one line in so many looks. */
const LOOKS_A_LINE = 10;

/** A connection that is left unread. */
interface Unread {
  readonly connection: Socket;
  /** By performance.now(). */
  readonly until: number;
}

/** What one request takes of the room that there is, from when it is begun until it is answered. */
export class Place {
  isTaken = false;
  lookups = 0;
  /** Counts the looks; undefined while no body is waited for. */
  bodyAwaitedSince: number | undefined;
}

export class Admission {
  readonly #limits: () => OverloadLimits;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #inFlight = 0;
  /** Of those in flight. */
  #lookups = 0;
  /** Of them, those whose bodies are on their way; and those that were so at the last look already. */
  #waiting = 0;
  #slow = 0;
  #looks = 0;
  /** Most in flight since the last look. */
  #peak = 0;
  #cap = Number.POSITIVE_INFINITY;
  #lookedAt = performance.now();
  #delayMs = 0;
  #lateLooks = 0;
  #refused = 0;
  #refusedSinceLook = 0;
  #untold = 0;
  #looksSinceLine = LOOKS_A_LINE;
  /** Connections that are left unread, the oldest first. */
  readonly #unread: Unread[] = [];
  readonly #line = new Line();

  /** @param limits asked at every request: they may change */
  constructor(limits: () => OverloadLimits, logger: Logger) {
    this.#limits = limits;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  get state(): LoadState {
    return {
      requestsInFlight: this.#load,
      maxRequestsInFlight: this.#max,
      eventLoopDelayMs: this.#delayMs,
      refused: this.#refused,
    };
  }

  /** Whether a further request may be answered now. */
  admits(): boolean {
    if (this.#hasRoom) {
      return true;
    }
    this.#refusedSinceLook += 1;
    if (this.#limits().mode === 'measure') {
      return true;
    }
    this.#refused += 1;
    return false;
  }

  /** A request is begun. */
  begin(place: Place): void {
    place.isTaken = true;
    this.#inFlight += 1;
    if (this.#load > this.#peak) {
      this.#peak = this.#load;
    }
  }

  /** It is about to make lookups. */
  countLookups(place: Place, lookups: number): void {
    if (place.isTaken) {
      place.lookups += lookups;
      this.#lookups += lookups;
    }
  }

  /**
   * Its body is waited for. Who sends slowly takes nobody's place: where it has not come by the next look, the request does not
   * count until it has.
   */
  awaitBody(place: Place): void {
    if (place.isTaken) {
      place.bodyAwaitedSince = this.#looks;
      this.#waiting += 1;
    }
  }

  bodyCame(place: Place): void {
    if (place.bodyAwaitedSince === undefined) {
      return;
    }
    this.#waiting -= 1;
    if (place.bodyAwaitedSince < this.#looks) {
      this.#slow -= 1;
    }
    place.bodyAwaitedSince = undefined;
  }

  /** To be called with the connection of a request that was let in, once it is answered. */
  answered(connection: Socket): void {
    this.#line.answered(connection, this.#load, this.#lookups);
  }

  /** To be called with every connection that is accepted. */
  opened(): void {
    this.#line.opened();
  }

  /** To be called with every connection that is closed. */
  closed(connection: Socket): void {
    this.#line.closed(connection);
  }

  /** Reads every connection that waits, so that what they have sent is answered. */
  readAll(): void {
    this.#line.open();
    this.#readAgain(this.#unread.length);
  }

  /** It is answered. What is still done for it, past its deadline, counts no more. */
  end(place: Place): void {
    this.bodyCame(place);
    place.isTaken = false;
    this.#inFlight -= 1;
    this.#lookups -= place.lookups;
  }

  /**
   * To be called with the connection of a refused request. Callers that ask again at once would keep the gateway busy with
   * refusals: where there are too many, what they send next is left in the socket until there is room again, for nearly a
   * second at most; longer while new connections wait to be accepted.
   */
  slowDown(connection: Socket): void {
    if (this.#refusedSinceLook > FREE_REFUSALS) {
      // node:http reads on to the end of a body that nobody took, once its answer is finished.
      setImmediate(() => {
        connection.pause();
        this.#unread.push({ connection, until: performance.now() + UNREAD_MS });
      });
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.readAll();
  }

  get #load(): number {
    return this.#inFlight - this.#slow;
  }

  get #hasRoom(): boolean {
    return this.#load < this.#max && this.#lookups < this.#limits().lookupsInFlight;
  }

  get #max(): number {
    return Math.min(this.#cap, this.#limits().requestsInFlight);
  }

  #look(): void {
    const now = performance.now();
    this.#delayMs = Math.max(0, now - this.#lookedAt - LOOK_MS);
    this.#lookedAt = now;
    const { eventLoopDelayMs, requestsInFlight } = this.#limits();
    this.#lateLooks = this.#delayMs > eventLoopDelayMs ? this.#lateLooks + 1 : 0;
    if (this.#lateLooks >= LATE_LOOKS) {
      this.#cap = Math.max(LEAST_IN_FLIGHT, Math.floor(Math.min(this.#max, this.#peak) * SHRINK));
    } else if (this.#delayMs < eventLoopDelayMs * IN_TIME && this.#cap < requestsInFlight) {
      this.#cap = Math.ceil(this.#cap * GROW);
    }
    this.#line.look();
    this.#tell();
    this.#looks += 1;
    this.#slow = this.#waiting;
    this.#peak = this.#load;
    this.#readAgain(this.#due(now));
    this.#refusedSinceLook = 0;
  }

  /** How many connections are to be read again at a moment: those whose time is over, and as many as there is room for. */
  #due(now: number): number {
    const later = this.#unread.findIndex(({ until }) => until > now);
    const over = later === -1 ? this.#unread.length : later;
    const due = this.#hasRoom ? Math.max(over, this.#max - this.#load) : over;
    return Math.min(due, this.#line.mostALook);
  }

  /** @param count of connections, those first that have waited longest */
  #readAgain(count: number): void {
    let left = count;
    let end = 0;
    while (left > 0 && end < this.#unread.length) {
      const connection = this.#unread[end]?.connection;
      end += 1;
      if (connection?.destroyed === false) {
        connection.resume();
        left -= 1;
      }
    }
    this.#unread.splice(0, end);
  }

  #tell(): void {
    this.#untold += this.#refusedSinceLook;
    this.#looksSinceLine += 1;
    if (this.#untold > 0 && this.#looksSinceLine >= LOOKS_A_LINE) {
      const { mode } = this.#limits();
      this.#logger.warn(
        {
          refused: this.#untold,
          mode,
          maxRequestsInFlight: this.#max,
          eventLoopDelayMs: Math.round(this.#delayMs),
        },
        mode === 'enforce'
          ? 'overloaded: requests were refused'
          : 'overloaded: requests would have been refused',
      );
      this.#untold = 0;
      this.#looksSinceLine = 0;
    }
  }
}
