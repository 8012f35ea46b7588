/**
 * Loads tables: rows in, batches of writes out, a bounded number of them under way. What Redis has answered for is recorded
 * in the order of the rows, so that whatever happens, everything up to one row is done and nothing behind it counts.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type BulkConnection, BulkConnectionError } from '../redis/bulk-connection.js';
import type { Result } from '../redis/reply.js';
import { type Batch, BatchReader, type BatchReaderOptions } from './batch-reader.js';
import { type CheckpointAim, type Progress, removeCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { RejectedRow, RejectsFile } from './rejects-file.js';
import { sendWrites } from './send-writes.js';
import { TableError } from './table-error.js';

const MAX_BATCHES_UNDER_WAY = 3;
const CHECKPOINT_EVERY_MS = 250;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const WRONG_TYPE = 'its key holds another type of value than the layout of the destination';
/** Replies of a server that will serve writes again by itself. */
const PASSING = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'NOREPLICAS',
]);
/** What connecting again does not mend. */
const LASTING = new Set(['WRONGPASS', 'NOAUTH', 'NOPERM']);

export interface LoadOptions extends BatchReaderOptions {
  readonly redis: BulkConnection;
  /** How long a Redis that is away is waited for, in milliseconds. */
  readonly retryMs: number;
  readonly checkpoint?: { readonly file: string; readonly aim: CheckpointAim } | undefined;
  readonly rejects?: RejectsFile | undefined;
  /** Ends the load behind what is under way. */
  readonly stop: AbortSignal;
  /** Told after every batch. */
  readonly onProgress: (state: LoadState) => void;
}

/** How far a load has come. */
export interface LoadState {
  readonly loaded: number;
  readonly rejected: number;
  /** 0 to 1; undefined where nobody knows how much there is. */
  readonly fraction: number | undefined;
}

/** How a load has ended. */
export interface LoadOutcome extends LoadState {
  /** Why it stopped before its end; undefined where it did not. */
  readonly stopped: LoadStop | undefined;
  /** The first rows that were rejected, for people. */
  readonly firstRejects: readonly RejectedRow[];
}

export type LoadStop =
  | { readonly kind: 'interrupted' }
  /** The word of what Redis said, or of why it cannot be reached. */
  | { readonly kind: 'redis'; readonly reason: string }
  | { readonly kind: 'input'; readonly message: string };

const SHOWN_REJECTS = 5;

/** @returns how it ended. Rejects for what the file system says of the checkpoint and the rejects file alone. */
export function load(options: LoadOptions): Promise<LoadOutcome> {
  return new Load(options).run();
}

interface Sent {
  readonly batch: Batch;
  results: Promise<readonly Result[]>;
}

class Stopped extends Error {
  readonly why: LoadStop;

  constructor(why: LoadStop) {
    super(why.kind);
    this.why = why;
  }
}

class Load {
  readonly #options: LoadOptions;
  readonly #reader: BatchReader;
  /** In the order of their rows. */
  readonly #underWay: Sent[] = [];
  readonly #maxUnderWay: number;
  readonly #firstRejects: RejectedRow[] = [];
  #progress: Progress;
  #checkpointAt = performance.now();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#reader = new BatchReader(options);
    this.#progress = options.from;
    // A merge must see what the one before has made.
    const merges = options.targets.some(({ writing }) => writing.readFirst !== undefined);
    this.#maxUnderWay = merges ? 1 : MAX_BATCHES_UNDER_WAY;
  }

  async run(): Promise<LoadOutcome> {
    const stopped = await this.#loadAll();
    const { checkpoint } = this.#options;
    if (checkpoint !== undefined) {
      await (stopped === undefined ? removeCheckpoint(checkpoint.file) : this.#writeCheckpoint());
    }
    return { ...this.#state(), stopped, firstRejects: this.#firstRejects };
  }

  async #loadAll(): Promise<LoadStop | undefined> {
    const { stop, redis } = this.#options;
    try {
      const failure = await this.#sendAll();
      while (this.#underWay.length > 0) {
        await this.#settleFirst();
      }
      return failure ?? (stop.aborted ? { kind: 'interrupted' } : undefined);
    } catch (error) {
      if (error instanceof Stopped) {
        return error.why;
      }
      throw error;
    } finally {
      redis.close();
    }
  }

  /** @returns why the rows ended before their end, where they did */
  async #sendAll(): Promise<LoadStop | undefined> {
    try {
      for await (const batch of this.#reader.batches()) {
        this.#underWay.push({ batch, results: sendWrites(this.#options.redis, batch.writes) });
        if (this.#underWay.length >= this.#maxUnderWay) {
          await this.#settleFirst();
        }
        if (this.#options.stop.aborted) {
          break;
        }
      }
      return undefined;
    } catch (error) {
      if (error instanceof TableError) {
        return { kind: 'input', message: error.message };
      }
      throw error;
    }
  }

  /** Waits for the first batch under way, and has all of them sent anew, in their order, where it was not served. */
  async #settleFirst(): Promise<void> {
    const { redis, retryMs, stop } = this.#options;
    const [first] = this.#underWay;
    if (first === undefined) {
      return;
    }
    const giveUpAt = performance.now() + retryMs;
    for (let attempt = 1; ; attempt += 1) {
      const results = await first.results;
      const trouble = troubleIn(results);
      if (trouble === undefined) {
        this.#underWay.shift();
        await this.#record(first.batch, results);
        return;
      }
      await Promise.all(this.#underWay.map((sent) => sent.results));
      if (trouble.isLasting || stop.aborted || performance.now() > giveUpAt) {
        throw new Stopped(
          stop.aborted && !trouble.isLasting
            ? { kind: 'interrupted' }
            : { kind: 'redis', reason: trouble.reason },
        );
      }
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
      await this.#reconnect();
      for (const sent of this.#underWay) {
        sent.results = sendWrites(redis, sent.batch.writes);
      }
    }
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#options.redis.connect();
    } catch (error) {
      if (!(error instanceof BulkConnectionError)) {
        throw error;
      }
      if (LASTING.has(error.reason)) {
        throw new Stopped({ kind: 'redis', reason: error.reason });
      }
      // What is sent now fails for the same reason, and is sent again.
    }
  }

  async #record(batch: Batch, results: readonly Result[]): Promise<void> {
    const rejects = [...batch.rejects];
    for (let index = 0; index < results.length; index += 1) {
      const row = batch.rows[index];
      if (results[index]?.kind === 'wrong-type' && row !== undefined) {
        rejects.push(batch.reject(row, WRONG_TYPE));
      }
    }
    const { loaded, rejected, rejectsBytes } = this.#progress;
    const rejectedRows = new Set(rejects.map(({ row }) => row)).size;
    if (rejects.length > 0) {
      rejects.sort((one, other) => one.row - other.row);
      this.#firstRejects.push(...rejects.slice(0, SHOWN_REJECTS - this.#firstRejects.length));
      await this.#options.rejects?.add(rejects);
    }
    this.#progress = {
      position: batch.end,
      types: batch.types,
      loaded: loaded + batch.rowCount - rejectedRows,
      rejected: rejected + rejectedRows,
      rejectsBytes: this.#options.rejects?.size ?? rejectsBytes,
    };
    this.#options.onProgress(this.#state());
    if (performance.now() - this.#checkpointAt > CHECKPOINT_EVERY_MS) {
      await this.#writeCheckpoint();
    }
  }

  async #writeCheckpoint(): Promise<void> {
    const { checkpoint } = this.#options;
    if (checkpoint !== undefined) {
      await writeCheckpoint(checkpoint.file, checkpoint.aim, this.#progress);
    }
    this.#checkpointAt = performance.now();
  }

  #state(): LoadState {
    const { loaded, rejected } = this.#progress;
    return { loaded, rejected, fraction: this.#reader.fraction() };
  }
}

interface Trouble {
  readonly reason: string;
  /** Whether sending again does not help. */
  readonly isLasting: boolean;
}

/** The first thing in the way of a batch; what concerns one row alone is none. */
function troubleIn(results: readonly Result[]): Trouble | undefined {
  let passing: Trouble | undefined;
  for (const result of results) {
    if (result.kind === 'refused' && !PASSING.has(result.reason)) {
      return { reason: result.reason, isLasting: true };
    }
    if (result.kind === 'lost' || result.kind === 'refused') {
      passing ??= { reason: result.reason, isLasting: false };
    }
  }
  return passing;
}
