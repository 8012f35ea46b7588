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
      // Each timer that was due meanwhile would have been late, the last of them the least: a second without a turn is no single look.
      for (let late = now - due; late > INTERVAL_MS; late -= INTERVAL_MS) {
        seconds.observe(late / 1_000);
      }
      seconds.observe(Math.max(0, (now - due) % INTERVAL_MS) / 1_000);
      due = now + INTERVAL_MS;
    }, INTERVAL_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
