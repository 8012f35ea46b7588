/**
 * One scrape for all workers of a supervisor: each is asked what it has counted, and the sum is told. What a worker had counted
 * when it was last asked stays in the sum after its end, so that no counter goes backward.
 */

import cluster, { type Worker } from 'node:cluster';
import { metricsText, remainder } from './exposition.js';
import { CounterFamily, type FamilySnapshot, GaugeFamily } from './family.js';
import type { MetricsSnapshot } from './gateway-metrics.js';

/** How long a worker may take to answer; then what it last told counts. A scrape must not hang on a worker that does. */
const ANSWER_TIMEOUT_MS = 1_000;

/** Asks a worker what it has counted. */
interface Question {
  readonly askMetrics: number;
}

/** What it has. */
interface Answer {
  /** Which question it answers; 0 answers none: the worker is about to end. */
  readonly metricsOf: number;
  readonly snapshot: MetricsSnapshot;
}

/** What came of a question to a worker. */
type Reply = 'told' | 'gone' | 'none in time';

/** What the supervisor knows of the configuration. */
export interface ConfigurationState {
  /** Counts the configurations that were served, from 1. */
  readonly generation: number;
  /** Whether the files hold what is served; false: they were found wrong. */
  readonly isServed: boolean;
}

/** The supervisor's side. Make it before the first worker starts. */
export class WorkerMetrics {
  /** By the worker's id: what it last told. */
  readonly #told = new Map<number, MetricsSnapshot>();
  /** What those counted that have ended. */
  #ended: MetricsSnapshot = [];
  readonly #serving = new Set<number>();
  /** How many did not answer the last question in time. */
  #silent = 0;
  #questions = 0;
  /** Ends the wait of a question for a worker: `question/worker`. */
  readonly #waits = new Map<string, () => void>();
  readonly #exits = new CounterFamily(
    'worker_exits_total',
    'Workers that have ended, for whatever reason.',
    [],
  );
  readonly #families: readonly { snapshot(): FamilySnapshot }[];

  constructor(configuration: () => ConfigurationState) {
    this.#families = [
      this.#exits,
      gauge(
        'config_generation',
        'Configurations that were served so far, this one included.',
        () => configuration().generation,
      ),
      gauge(
        'config_served',
        'Whether the files hold what is served: 1, or 0 where they were found wrong and the one before is served on.',
        () => Number(configuration().isServed),
      ),
      gauge('workers', 'Workers that serve.', () => this.#serving.size),
      gauge(
        'silent_workers',
        'Workers that did not answer this scrape in time. What they told last is in it.',
        () => this.#silent,
      ),
    ];
    const exits = this.#exits.with({});
    cluster.on('listening', ({ id }) => this.#serving.add(id));
    cluster.on('message', ({ id }, message: unknown) => {
      if (isAnswer(message)) {
        this.#told.set(id, message.snapshot);
        this.#waits.get(`${message.metricsOf}/${id}`)?.();
      }
    });
    cluster.on('exit', ({ id }) => {
      exits.value += 1;
      this.#serving.delete(id);
      this.#ended = remainder([this.#ended, this.#told.get(id) ?? []]);
      this.#told.delete(id);
    });
  }

  /** @returns the text of a scrape */
  async read(): Promise<string> {
    this.#questions += 1;
    const question = this.#questions;
    // One that does not listen yet has counted nothing, and nobody in it answers.
    const workers = Object.values(cluster.workers ?? {}).flatMap((worker) =>
      worker !== undefined && this.#serving.has(worker.id) ? [worker] : [],
    );
    const replies = await Promise.all(
      workers.map(async (worker) => ({ id: worker.id, reply: await this.#ask(worker, question) })),
    );
    this.#silent = replies.filter(({ reply }) => reply === 'none in time').length;
    const answered = new Set(replies.filter(({ reply }) => reply === 'told').map(({ id }) => id));
    // Gauges of one that is silent may be long out of date.
    const told = Array.from(this.#told, ([id, snapshot]) =>
      answered.has(id) ? snapshot : remainder([snapshot]),
    );
    return metricsText([this.#ended, ...told, this.#families.map((family) => family.snapshot())]);
  }

  #ask(worker: Worker, question: number): Promise<Reply> {
    if (!worker.isConnected()) {
      return Promise.resolve('gone');
    }
    return new Promise((resolve) => {
      const key = `${question}/${worker.id}`;
      const settle = (reply: Reply) => {
        clearTimeout(timer);
        this.#waits.delete(key);
        worker.off('disconnect', giveUp);
        resolve(reply);
      };
      const giveUp = () => settle('gone');
      const timer = setTimeout(() => settle('none in time'), ANSWER_TIMEOUT_MS);
      this.#waits.set(key, () => settle('told'));
      worker.once('disconnect', giveUp);
      const asked: Question = { askMetrics: question };
      // One that has just ended cannot be asked, and says so by disconnecting.
      worker.send(asked, () => {});
    });
  }
}

/**
 * The worker's side: answers the supervisor from now on.
 * @returns tells it once more; for a worker that is about to end
 */
export function answerSupervisor(read: () => Promise<MetricsSnapshot>): () => Promise<void> {
  const tell = async (metricsOf: number) => {
    const answer: Answer = { metricsOf, snapshot: await read() };
    await new Promise<void>((resolve) => {
      if (process.send === undefined) {
        resolve();
      } else {
        // The supervisor may be gone by now.
        process.send(answer, undefined, {}, () => resolve());
      }
    });
  };
  process.on('message', (message: unknown) => {
    if (isQuestion(message)) {
      void tell(message.askMetrics);
    }
  });
  return () => tell(0);
}

function gauge(name: string, help: string, read: () => number): GaugeFamily<never> {
  const family = new GaugeFamily<never>(name, help, 'sum');
  family.readFrom(() => [{ labels: {}, value: read() }]);
  return family;
}

function isQuestion(message: unknown): message is Question {
  return typeof message === 'object' && message !== null && 'askMetrics' in message;
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'metricsOf' in message;
}
