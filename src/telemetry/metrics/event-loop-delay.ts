import type { Histogram } from './histogram.js';

const INTERVAL_MS = 20;

/**
 * Observes how late timers are. Node's own monitor keeps percentiles, which cannot be added up over processes and time; buckets can.
 */
export class EventLoopDelay {
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: Histogram) {
    let due = performance.now() + INTERVAL_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      seconds.observe(Math.max(0, now - due) / 1_000);
      due = now + INTERVAL_MS;
    }, INTERVAL_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
