import type { Logger } from '../telemetry/logger.js';
import { isUnserved, type Result } from './reply.js';

/** A server that refuses all would write a line a batch. */
const LINE_MS = 1_000;

/** Tells the log which lookups were not served and why: each reason at once, and no more than once a second. */
export class Refusals {
  readonly #logger: Logger;
  readonly #told = new Map<string, { at: number; untold: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(results: readonly Result[]): void {
    if (!results.some(isUnserved)) {
      return;
    }
    for (const { reason } of results.filter(isUnserved)) {
      const told = this.#told.get(reason) ?? { at: Number.NEGATIVE_INFINITY, untold: 0 };
      told.untold += 1;
      this.#told.set(reason, told);
    }
    const now = performance.now();
    for (const [reason, told] of this.#told) {
      if (told.untold > 0 && now - told.at >= LINE_MS) {
        this.#logger.warn({ reason, lookups: told.untold }, 'Redis did not serve some lookups');
        told.at = now;
        told.untold = 0;
      }
    }
  }
}
