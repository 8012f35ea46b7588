/** Every lookup of one request comes through here, whichever face and field asks for it. */

import DataLoader from 'dataloader';
import { type GatewayError, internalError } from '../errors.js';
import type { ProfileId } from './profile-id.js';
import type { ProfileRead, ProfileReadResult, ProfileStore } from './store.js';
import type { ModelSelection, StoredProfile } from './stored-profile.js';

/** Where a lookup reads from; a destination is one. */
export interface ProfileSource {
  readonly id: string;
  readonly store: ProfileStore;
}

interface Lookup extends ProfileRead {
  readonly source: ProfileSource;
  /** Tells the id from every other; unambiguous, because entity and id type hold no colon. */
  readonly key: string;
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
  #lookups = 0;
  #refusal: Refusal;
  readonly #admit: Admission;
  readonly #loader = new DataLoader<Lookup, StoredProfile, string>((lookups) => this.#readTogether(lookups), {
    cacheKeyFn: ({ source, key, models }) =>
      models === 'all' ? `${source.id}:${key}` : `${source.id}:${key}\n${JSON.stringify(models)}`,
  });

  constructor(admit: Admission) {
    this.#admit = admit;
  }

  /** Set once the request asked for more than one may. All its lookups fail then. */
  get refusal(): GatewayError | undefined {
    return this.#refusal;
  }

  /**
   * Reads a profile together with all others asked for in the same tick.
   * @param models which models are needed; at least one where they are named
   * @throws what the store reports: STORE_UNAVAILABLE, STORE_TIMEOUT, MALFORMED_TRAITS; or why the request is refused.
   */
  load(source: ProfileSource, id: ProfileId, models: ModelSelection): Promise<StoredProfile> {
    this.#lookups += 1;
    return this.#loader.load({ source, id, models, key: `${id.entity}:${id.type}:${id.value}` });
  }

  async #readTogether(lookups: readonly Lookup[]): Promise<ProfileReadResult[]> {
    const admitted = this.#admit(lookups.length, this.#lookups);
    const refusal = admitted instanceof Promise ? await admitted : admitted;
    if (refusal !== undefined) {
      this.#refusal = refusal;
      return lookups.map(() => refusal);
    }
    const batches = new Map<string, SourceBatch>();
    const placed = lookups.map((lookup): [SourceBatch, place: number] => {
      let batch = batches.get(lookup.source.id);
      if (batch === undefined) {
        batch = new SourceBatch(lookup.source);
        batches.set(lookup.source.id, batch);
      }
      return [batch, batch.add(lookup)];
    });
    await Promise.all(Array.from(batches.values(), (batch) => batch.read()));
    return placed.map(([batch, place]) => batch.results[place] ?? internalError());
  }
}

/** What is read from one source: each profile once, with all models that any lookup needs. */
class SourceBatch {
  readonly #source: ProfileSource;
  readonly #reads: ProfileRead[] = [];
  readonly #places = new Map<string, number>();
  /** By place, once it was read. */
  results: readonly ProfileReadResult[] = [];

  constructor(source: ProfileSource) {
    this.#source = source;
  }

  /** @returns the place of its result */
  add({ key, id, models }: Lookup): number {
    const known = this.#places.get(key);
    if (known === undefined) {
      this.#places.set(key, this.#reads.length);
      return this.#reads.push({ id, models }) - 1;
    }
    this.#reads[known] = { id, models: union(this.#reads[known]?.models ?? [], models) };
    return known;
  }

  async read(): Promise<void> {
    this.results = await this.#source.store.read(this.#reads);
  }
}

function union(one: ModelSelection, other: ModelSelection): ModelSelection {
  return one === 'all' || other === 'all' ? 'all' : [...new Set([...one, ...other])];
}
