import type { ProfileRead } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import type { ProfileLayout } from './layout.js';
import type { KeyOf } from './profile-key.js';

/** A hash with one field a model, its value the JSON of the model's traits: RudderStack's default. */
export function hashOfJson(keyOf: KeyOf): ProfileLayout {
  return {
    command({ id, models }: ProfileRead) {
      const key = keyOf(id);
      if (key === undefined) {
        return undefined;
      }
      return models === 'all' ? ['hgetall', key] : ['hmget', key, ...models];
    },
    decode({ models }: ProfileRead, reply: unknown): StoredProfile {
      return new StoredProfile(models === 'all' ? allFields(reply) : namedFields(models, reply));
    },
  };
}

/** HGETALL: an object of own properties, `__proto__` included. */
export function* allFields(reply: unknown): Generator<[string, string]> {
  if (typeof reply === 'object' && reply !== null) {
    for (const [field, text] of Object.entries(reply)) {
      yield [field, String(text)];
    }
  }
}

/** HMGET: one value a name, null where the hash has no such field. */
function* namedFields(models: readonly string[], reply: unknown): Generator<[string, string]> {
  if (Array.isArray(reply)) {
    for (const [index, model] of models.entries()) {
      const text: unknown = reply[index];
      if (typeof text === 'string') {
        yield [model, text];
      }
    }
  }
}
