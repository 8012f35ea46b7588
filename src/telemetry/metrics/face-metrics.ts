import type { LookupOutcome } from '../lookup-notes.js';
import type { Counter } from './counter.js';
import type { MetricFamilies } from './families.js';
import type { Histogram } from './histogram.js';

/** Where requests come in: the two faces, and what is neither (pages, probes, paths that are not there). */
export type Face = 'graphql' | 'rest' | 'other';

/** Lookups at one destination, by what came of them. */
interface DestinationLookups {
  readonly destinationId: string;
  readonly found: Counter;
  readonly missing: Counter;
}

/** The codes that errors have. */
export interface ErrorCodes {
  /** Every one, with the status that belongs to it. */
  readonly status: Readonly<Record<string, number>>;
  /** Those that a single lookup may come to, among others. */
  readonly ofLookups: readonly string[];
  /** What codes are counted as that are none of them: GraphQL's engine has its own for mistakes of a request. */
  readonly other: string;
}

/** Counts the requests and lookups of one face. */
export class FaceMetrics {
  readonly #families: MetricFamilies;
  readonly #face: Face;
  readonly #codes: ErrorCodes;
  readonly #ok: { readonly count: Counter; readonly seconds: Histogram };
  readonly #lookups = new Map<string, DestinationLookups>();
  /** Lookups mostly go to one destination. */
  #last: DestinationLookups | undefined;
  #inFlight = 0;

  constructor(families: MetricFamilies, face: Face, codes: ErrorCodes) {
    this.#families = families;
    this.#face = face;
    this.#codes = codes;
    this.#ok = {
      count: families.requests.with({ face, outcome: 'ok', status: '200' }),
      seconds: families.requestSeconds.with({ face, class: '2xx' }),
    };
    if (face !== 'other') {
      this.#expectErrors();
    }
  }

  /** Requests that have begun and are not answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** What may come is told from the start, as 0: how much a counter grew cannot be said of one that was not there. */
  expectLookups(destinationId: string): void {
    this.#lookupsAt(destinationId);
    for (const code of this.#codes.ofLookups) {
      this.#lookupsWith(destinationId, code);
    }
  }

  begun(): void {
    this.#inFlight += 1;
  }

  /**
   * Ends what {@link begun} began.
   * @param outcome `ok`, `partial`, or the code of an error
   * @param errorCodes of every error that the answer tells
   */
  answered(status: number, outcome: string, errorCodes: readonly string[], seconds: number): void {
    this.#inFlight -= 1;
    if (status === 200 && outcome === 'ok') {
      this.#ok.count.value += 1;
      this.#ok.seconds.observe(seconds);
      return;
    }
    const { requests, requestSeconds, errors } = this.#families;
    const face = this.#face;
    for (const code of errorCodes) {
      errors.with({ face, code: this.#known(code) }).value += 1;
    }
    requests.with({ face, outcome: this.#known(outcome), status: String(status) }).value += 1;
    requestSeconds.with({ face, class: `${Math.floor(status / 100)}xx` }).observe(seconds);
  }

  /** @param destinationId of one that is configured */
  lookup(destinationId: string, outcome: LookupOutcome): void {
    if (this.#last?.destinationId !== destinationId) {
      this.#last = this.#lookupsAt(destinationId);
    }
    if (typeof outcome === 'string') {
      this.#last[outcome].value += 1;
    } else {
      this.#lookupsWith(destinationId, this.#known(outcome.code)).value += 1;
    }
  }

  /** As {@link expectLookups}. */
  #expectErrors(): void {
    const face = this.#face;
    for (const [code, status] of Object.entries(this.#codes.status)) {
      this.#families.requests.with({ face, outcome: code, status: String(status) });
      this.#families.errors.with({ face, code });
    }
  }

  #lookupsAt(destinationId: string): DestinationLookups {
    const known = this.#lookups.get(destinationId) ?? {
      destinationId,
      found: this.#lookupsWith(destinationId, 'found'),
      missing: this.#lookupsWith(destinationId, 'missing'),
    };
    this.#lookups.set(destinationId, known);
    return known;
  }

  #lookupsWith(destination: string, outcome: string): Counter {
    return this.#families.lookups.with({ face: this.#face, destination, outcome });
  }

  #known(outcome: string): string {
    const { status, other } = this.#codes;
    return Object.hasOwn(status, outcome) || outcome === 'partial' || outcome === 'ok' ? outcome : other;
  }
}
