import { droppedLines } from '../standard-output.js';
import type { Counter } from './counter.js';
import { DestinationMetrics } from './destination-metrics.js';
import { EventLoopDelay } from './event-loop-delay.js';
import { type ErrorCodes, type Face, FaceMetrics } from './face-metrics.js';
import { createFamilies, type MetricFamilies } from './families.js';
import { processMetrics } from './process-metrics.js';

/** What one process knows at one moment, as it is passed on and added up: families in prom-client's shape. */
export type MetricsSnapshot = readonly object[];

export interface GatewayMetricsOptions {
  /** Of the gateway. */
  readonly version: string;
  readonly codes: ErrorCodes;
}

const UNREADABLE_REASONS = ['headers_too_large', 'malformed', 'too_slow'] as const;

/** Why something that came could not be read as a request. */
export type UnreadableReason = (typeof UNREADABLE_REASONS)[number];

/** Sizes of what a gateway keeps in memory. */
export interface CacheSizes {
  readonly knownOperations: number;
  readonly knownOperationCharacters: number;
  readonly knownSignedTokens: number;
}

/** Who counts what of one gateway. */
export class GatewayMetrics {
  readonly #families: MetricFamilies = createFamilies();
  readonly #faces: Readonly<Record<Face, FaceMetrics>>;
  readonly #operations: { readonly known: Counter; readonly other: Counter };
  readonly #eventLoop: EventLoopDelay;
  #refused = () => 0;

  constructor({ version, codes }: GatewayMetricsOptions) {
    const families = this.#families;
    this.#faces = {
      graphql: new FaceMetrics(families, 'graphql', codes),
      rest: new FaceMetrics(families, 'rest', codes),
      other: new FaceMetrics(families, 'other', codes),
    };
    this.#operations = {
      known: families.operations.with({ known: 'true' }),
      other: families.operations.with({ known: 'false' }),
    };
    for (const reason of UNREADABLE_REASONS) {
      families.unreadable.with({ reason });
    }
    this.#eventLoop = new EventLoopDelay(families.eventLoopSeconds.with({}));
    families.buildInfo.readFrom(() => [{ labels: { version }, value: 1 }]);
    families.requestsInFlight.readFrom(() => [
      { labels: {}, value: Object.values(this.#faces).reduce((sum, { inFlight }) => sum + inFlight, 0) },
    ]);
  }

  face(face: Face): FaceMetrics {
    return this.#faces[face];
  }

  /** @param destinationId of one that is configured */
  destination(destinationId: string): DestinationMetrics {
    this.#faces.graphql.expectLookups(destinationId);
    this.#faces.rest.expectLookups(destinationId);
    return new DestinationMetrics(this.#families, destinationId);
  }

  /** @param isKnown whether it only had to be executed */
  operation(isKnown: boolean): void {
    this.#operations[isKnown ? 'known' : 'other'].value += 1;
  }

  /** @param limit that a request went past, and that is only measured */
  overLimit(limit: string): void {
    this.#families.overLimits.with({ limit }).value += 1;
  }

  /** Something came that could not be read as a request. */
  unreadable(reason: UnreadableReason): void {
    this.#families.unreadable.with({ reason }).value += 1;
  }

  /** @param sizes are read when a scrape comes */
  watchCaches(sizes: () => CacheSizes): void {
    for (const name of ['knownOperations', 'knownOperationCharacters', 'knownSignedTokens'] as const) {
      this.#families[name].readFrom(() => [{ labels: {}, value: sizes()[name] }]);
    }
  }

  /** @param refused how many requests were refused early so far; read when a scrape comes */
  watchLoad(refused: () => number): void {
    this.#refused = refused;
  }

  async snapshot(): Promise<MetricsSnapshot> {
    this.#families.overloadRefused.with({}).value = this.#refused();
    this.#families.logLinesDropped.with({}).value = droppedLines();
    return [...Object.values(this.#families).map((family) => family.snapshot()), ...(await processMetrics())];
  }

  /** Stops what measures by itself. */
  close(): void {
    this.#eventLoop.close();
  }
}
