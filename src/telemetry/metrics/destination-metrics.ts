import type { Counter } from './counter.js';
import type { MetricFamilies } from './families.js';
import type { Histogram } from './histogram.js';

/** What came of a pipeline, or why none was sent. */
export type PipelineOutcome =
  | 'ok'
  | 'timeout'
  | 'lost'
  | 'error'
  | 'circuit_open'
  | 'unavailable'
  | 'overflow';

/** What a connection can tell of itself at any moment. */
export interface ConnectionState {
  readonly isUp: boolean;
  /** Nodes by the state of their circuit breaker. */
  readonly circuits: { readonly closed: number; readonly open: number; readonly half_open: number };
}

/** Counts what is read from one destination. */
export class DestinationMetrics {
  readonly #families: MetricFamilies;
  readonly #destination: string;
  readonly #batchProfiles: Histogram;
  readonly #batchSeconds: Histogram;
  readonly #pipelineCommands: Histogram;
  readonly #pipelineSeconds: Histogram;
  readonly #pipelines: Readonly<Record<PipelineOutcome, Counter>>;
  readonly #circuitsOpened: Counter;

  constructor(families: MetricFamilies, destination: string) {
    this.#families = families;
    this.#destination = destination;
    this.#batchProfiles = families.batchProfiles.with({ destination });
    this.#batchSeconds = families.batchSeconds.with({ destination });
    this.#pipelineCommands = families.pipelineCommands.with({ destination });
    this.#pipelineSeconds = families.pipelineSeconds.with({ destination });
    const pipelines = (outcome: PipelineOutcome) => families.pipelines.with({ destination, outcome });
    this.#pipelines = {
      ok: pipelines('ok'),
      timeout: pipelines('timeout'),
      lost: pipelines('lost'),
      error: pipelines('error'),
      circuit_open: pipelines('circuit_open'),
      unavailable: pipelines('unavailable'),
      overflow: pipelines('overflow'),
    };
    this.#circuitsOpened = families.circuitsOpened.with({ destination });
  }

  batch(profiles: number, seconds: number): void {
    this.#batchProfiles.observe(profiles);
    this.#batchSeconds.observe(seconds);
  }

  /** One that was sent. */
  pipeline(outcome: 'ok' | 'timeout' | 'lost' | 'error', commands: number, seconds: number): void {
    this.#pipelines[outcome].value += 1;
    this.#pipelineCommands.observe(commands);
    this.#pipelineSeconds.observe(seconds);
  }

  /** One that was not sent. */
  pipelineRefused(reason: 'circuit_open' | 'unavailable' | 'overflow'): void {
    this.#pipelines[reason].value += 1;
  }

  circuitOpened(): void {
    this.#circuitsOpened.value += 1;
  }

  /** @returns ends it */
  watchConnection(state: () => ConnectionState): () => void {
    const { redisUp, circuits } = this.#families;
    const destination = this.#destination;
    const ends = [
      redisUp.readFrom(() => [{ labels: { destination }, value: state().isUp ? 1 : 0 }]),
      circuits.readFrom(() =>
        Object.entries(state().circuits).map(([name, value]) => ({
          labels: { destination, state: name },
          value,
        })),
      ),
    ];
    return () => {
      for (const end of ends) {
        end();
      }
    };
  }
}
