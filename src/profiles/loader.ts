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
    cacheKeyFn: ({ source, id, models }) =>
      `${source.id}:${idKey(id)}${models === 'all' ? '' : `\n${JSON.stringify(models)}`}`,
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
    return this.#loader.load({ source, id, models });
  }

  async #readTogether(lookups: readonly Lookup[]): Promise<ProfileReadResult[]> {
    const admitted = this.#admit(lookups.length, this.#lookups);
    const refusal = admitted instanceof Promise ? await admitted : admitted;
    if (refusal !== undefined) {
      this.#refusal = refusal;
      return lookups.map(() => refusal);
    }
    const batches = new Map<string, SourceBatch>();
    for (const lookup of lookups) {
      const batch = batches.get(lookup.source.id) ?? { source: lookup.source, reads: new Map() };
      batches.set(lookup.source.id, batch);
      const key = idKey(lookup.id);
      const known = batch.reads.get(key);
      batch.reads.set(key, known ? { id: known.id, models: union(known.models, lookup.models) } : lookup);
    }
    const results = new Map<string, ReadonlyMap<string, ProfileReadResult>>();
    await Promise.all(
      Array.from(batches.values(), async (batch) => results.set(batch.source.id, await readBatch(batch))),
    );
    return lookups.map((lookup) => results.get(lookup.source.id)?.get(idKey(lookup.id)) ?? internalError());
  }
}

interface SourceBatch {
  readonly source: ProfileSource;
  readonly reads: Map<string, ProfileRead>;
}

async function readBatch({ source, reads }: SourceBatch): Promise<ReadonlyMap<string, ProfileReadResult>> {
  const results = await source.store.read([...reads.values()]);
  return new Map(Array.from(reads.keys(), (key, index) => [key, results[index] ?? internalError()]));
}

/** Unambiguous, because entity and id type hold no colon. */
function idKey(id: ProfileId): string {
  return `${id.entity}:${id.type}:${id.value}`;
}

function union(one: ModelSelection, other: ModelSelection): ModelSelection {
  return one === 'all' || other === 'all' ? 'all' : [...new Set([...one, ...other])];
}
