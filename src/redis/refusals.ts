import type { Logger } from '../telemetry/logger.js';
import { isUnserved, type Result } from './reply.js';

/** A server that refuses all would write a line a batch. */
const LINE_MS = 1_000;

/** Tells the log which lookups were not served and why: the first of each reason at once, what comes after it once a second. */
export class Refusals {
  readonly #logger: Logger;
  /** By the reason: lookups that no line has told. There while a line has been written lately. */
  readonly #untold = new Map<string, number>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(results: readonly Result[]): void {
    if (!results.some(isUnserved)) {
      return;
    }
    const lookups = new Map<string, number>();
    for (const { reason } of results.filter(isUnserved)) {
      lookups.set(reason, (lookups.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of lookups) {
      const untold = this.#untold.get(reason);
      if (untold === undefined) {
        this.#tell(reason, count);
      } else {
        this.#untold.set(reason, untold + count);
      }
    }
  }

  #tell(reason: string, lookups: number): void {
    this.#logger.warn({ reason, lookups }, 'Redis did not serve some lookups');
    this.#untold.set(reason, 0);
    setTimeout(() => {
      const untold = this.#untold.get(reason) ?? 0;
      this.#untold.delete(reason);
      if (untold > 0) {
        this.#tell(reason, untold);
      }
    }, LINE_MS).unref();
  }
}
