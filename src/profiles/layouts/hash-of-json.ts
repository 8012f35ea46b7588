import { malformedTraits } from '../../errors.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';
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
    decode({ models }: ProfileRead, reply: unknown): ProfileReadResult {
      if (!Array.isArray(reply)) {
        return malformedTraits();
      }
      return new StoredProfile(models === 'all' ? allFields(reply) : namedFields(models, reply));
    },
    writing: (model) => ({
      write(id, traits) {
        const key = keyOf(id);
        return key === undefined ? undefined : ['hset', key, model, traits];
      },
      removal: { has: (key) => ['hexists', key, model], remove: (key) => ['hdel', key, model] },
    }),
  };
}

/** HGETALL: fields and their values in turn. */
export function allFields(reply: readonly unknown[]): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (let at = 0; at < reply.length; at += 2) {
    const value = reply[at + 1];
    if (value instanceof Buffer) {
      fields.set(String(reply[at]), value);
    }
  }
  return fields;
}

/** HMGET: one value a name, null where the hash has no such field. */
function namedFields(models: readonly string[], reply: readonly unknown[]): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (const [index, model] of models.entries()) {
    const value = reply[index];
    if (value instanceof Buffer) {
      fields.set(model, value);
    }
  }
  return fields;
}
