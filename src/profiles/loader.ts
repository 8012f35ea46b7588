/** Every lookup of one request comes through here, whichever face and field asks for it. */

import DataLoader from 'dataloader';
import { type Cancellation, NEVER_CANCELLED } from '../cancellation.js';
import { GatewayError, internalError } from '../errors.js';
import type { DestinationMetrics } from '../telemetry/metrics/destination-metrics.js';
import type { TracedSpan } from '../telemetry/tracing.js';
import type { ProfileId } from './profile-id.js';
import type { ProfileRead, ProfileReadResult, ProfileStore } from './store.js';
import type { ModelSelection } from './stored-profile.js';

/** Where a lookup reads from; a destination is one. */
export interface ProfileSource {
  readonly id: string;
  readonly store: ProfileStore;
  /** Told of every batch that is read; left out: nobody counts. */
  readonly metrics?: Pick<DestinationMetrics, 'batch'> | undefined;
}

/** Profiles that are asked for together. */
interface Lookups {
  readonly source: ProfileSource;
  readonly ids: readonly ProfileId[];
  readonly models: ModelSelection;
}

/**
 * Asked before lookups are read.
 * @param reads profiles that are about to be read
 * @param asked lookups that the request has asked for so far, duplicates included
 * @returns why the whole request is refused, where it is
 */
export type Admission = (reads: number, asked: number) => Refusal | Promise<Refusal>;
type Refusal = GatewayError | undefined;

/**
 * Collects the lookups of one request and reads them together: each distinct profile once, all profiles of a
 * destination in one call of its store. Make one a request; it remembers what it read.
 */
export class ProfileLoader {
  #asked = 0;
  #refusal: Refusal;
  readonly #admit: Admission;
  readonly #cancellation: Cancellation;
  readonly #spanOf: () => TracedSpan | undefined;
  readonly #known = new Map<string, Lookup>();
  /** Gathers what is asked for in one tick. What was read is remembered by profile, whatever list it was asked for in. */
  readonly #loader = new DataLoader<Lookups, readonly ProfileReadResult[]>(
    (lookups) => this.#readTogether(lookups),
    { cache: false },
  );

  /**
   * @param cancellation once the answer is not wanted any more, nothing is read, and nothing is waited for
   * @param spanOf gives the span that lookups belong to when they are read; left out: they are not traced
   */
  constructor(
    admit: Admission,
    cancellation = NEVER_CANCELLED,
    spanOf: () => TracedSpan | undefined = () => undefined,
  ) {
    this.#admit = admit;
    this.#cancellation = cancellation;
    this.#spanOf = spanOf;
  }

  /** Set once the request asked for more than one may. All its lookups fail then. */
  get refusal(): GatewayError | undefined {
    return this.#refusal;
  }

  /**
   * Reads profiles together with all others asked for in the same tick.
   * @param models which models are needed; at least one where they are named
   * @returns one result an id, in their order: the profile, or what the store reports: STORE_UNAVAILABLE, STORE_TIMEOUT,
   *   MALFORMED_TRAITS, PROFILE_TOO_LARGE; why the request is refused; or DEADLINE_EXCEEDED.
   */
  load(
    source: ProfileSource,
    ids: readonly ProfileId[],
    models: ModelSelection,
  ): Promise<readonly ProfileReadResult[]> {
    this.#asked += ids.length;
    return this.#loader.load({ source, ids, models });
  }

  /**
   * Counts lookups that are made elsewhere, an erasure's for one.
   * @returns why they are refused, where they are
   */
  async count(lookups: number): Promise<GatewayError | undefined> {
    this.#asked += lookups;
    return this.#admit(lookups, this.#asked);
  }

  async #readTogether(lists: readonly Lookups[]): Promise<(readonly ProfileReadResult[])[]> {
    const due = new Map<string, SourceBatch>();
    const lookups = lists.map(({ source, ids, models }) => {
      const batch = due.get(source.id) ?? new SourceBatch(source);
      due.set(source.id, batch);
      return ids.map((id) => this.#lookUp(batch, id, models));
    });
    const admitted = this.#admit(sizeOf(due), this.#asked);
    const refusal = admitted instanceof Promise ? await admitted : admitted;
    if (refusal !== undefined) {
      this.#refusal = refusal;
      return lists.map(({ ids }) => ids.map(() => refusal));
    }
    if (this.#cancellation.reason === undefined) {
      const batches = new Set(due.values());
      for (const { batch } of lookups.flat()) {
        batches.add(batch);
      }
      const span = this.#spanOf();
      const reads = Promise.all(Array.from(batches, (batch) => batch.read(this.#cancellation, span)));
      const { deadline } = this.#cancellation;
      await (deadline === undefined ? reads : Promise.race([reads, deadline]));
    }
    return lookups.map((list) => list.map(({ result }) => result ?? this.#cancellation.reason ?? NOT_READ));
  }

  /** @returns what is known of the profile already, or a lookup in this batch */
  #lookUp(batch: SourceBatch, id: ProfileId, models: ModelSelection): Lookup {
    const key = `${batch.source.id}:${id.entity}:${id.type}:${id.value}`;
    const known = this.#known.get(key);
    if (known?.covers(models)) {
      return known;
    }
    if (known?.batch === batch) {
      known.models = union(known.models, models);
      return known;
    }
    const lookup = new Lookup(id, models, batch);
    batch.reads.push(lookup);
    this.#known.set(key, lookup);
    return lookup;
  }
}

/** One profile to read, and what came of it. */
class Lookup implements ProfileRead {
  readonly id: ProfileId;
  models: ModelSelection;
  readonly batch: SourceBatch;
  /** Undefined until the batch was read. */
  result: ProfileReadResult | undefined;

  constructor(id: ProfileId, models: ModelSelection, batch: SourceBatch) {
    this.id = id;
    this.models = models;
    this.batch = batch;
  }

  covers(models: ModelSelection): boolean {
    return (
      this.models === 'all' || (models !== 'all' && models.every((model) => this.models.includes(model)))
    );
  }
}

/** What is read from one source in one call: each profile once, with all models that any lookup needs. */
class SourceBatch {
  readonly source: ProfileSource;
  readonly reads: Lookup[] = [];
  #done: Promise<void> | undefined;

  constructor(source: ProfileSource) {
    this.source = source;
  }

  /** Once, however often it is called. */
  read(cancellation: Cancellation, span: TracedSpan | undefined): Promise<void> {
    this.#done ??= this.#read(cancellation, span);
    return this.#done;
  }

  async #read(cancellation: Cancellation, span: TracedSpan | undefined): Promise<void> {
    const { source, reads } = this;
    if (reads.length === 0) {
      return;
    }
    const batch = span?.child('read profiles', {
      'activation_gateway.destination': source.id,
      'activation_gateway.batch.profiles': reads.length,
    });
    const startedAt = performance.now();
    let failure: string | undefined = NOT_READ.code;
    try {
      const results = await source.store.read(reads, cancellation, batch);
      for (const [index, lookup] of reads.entries()) {
        lookup.result = results[index] ?? NOT_READ;
      }
      source.metrics?.batch(reads.length, (performance.now() - startedAt) / 1_000);
      failure = batch && results.find((result) => result instanceof GatewayError)?.code;
    } finally {
      batch?.end(failure);
    }
  }
}

const NOT_READ = internalError();

function sizeOf(batches: ReadonlyMap<string, SourceBatch>): number {
  let reads = 0;
  for (const batch of batches.values()) {
    reads += batch.reads.length;
  }
  return reads;
}

function union(one: ModelSelection, other: ModelSelection): ModelSelection {
  return one === 'all' || other === 'all' ? 'all' : [...new Set([...one, ...other])];
}
