import type { ProfileId } from '../profile-id.js';
import type { ProfileRead, ProfileReadResult, ProfileStore } from '../store.js';
import { StoredProfile } from '../stored-profile.js';

/** A profile to hold: what finds it, and model name → the JSON text of its traits. */
export interface EmbeddedProfile {
  readonly entity: string;
  readonly idType: string;
  readonly idValue: string;
  readonly models: ReadonlyMap<string, string>;
}

/** Profiles held in the process: for the demo, which needs nothing but Node. */
export class EmbeddedStore implements ProfileStore {
  readonly #profiles: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(profiles: Iterable<EmbeddedProfile>) {
    this.#profiles = new Map(
      Array.from(profiles, ({ entity, idType, idValue, models }) => [
        `${entity}:${idType}:${idValue}`,
        models,
      ]),
    );
  }

  read(reads: readonly ProfileRead[]): Promise<readonly ProfileReadResult[]> {
    return Promise.resolve(reads.map((read) => this.#readOne(read)));
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #readOne({ id, models }: ProfileRead): StoredProfile {
    const stored = this.#profiles.get(keyOf(id));
    if (stored === undefined) {
      return StoredProfile.empty;
    }
    return new StoredProfile(new Map(models === 'all' ? stored : named(stored, models)));
  }
}

function keyOf(id: ProfileId): string {
  return `${id.entity}:${id.type}:${id.value}`;
}

function* named(stored: ReadonlyMap<string, string>, models: readonly string[]): Generator<[string, string]> {
  for (const model of models) {
    const text = stored.get(model);
    if (text !== undefined) {
      yield [model, text];
    }
  }
}
