/** RudderStack's default layout: one hash a profile, one field a model, its value the JSON of the model's traits. */

import type { RedisCommand } from '../../redis/client.js';
import type { ProfileId } from '../profile-id.js';
import type { ProfileRead } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import type { ProfileLayout } from './layout.js';

/** The first two parts of every key of a destination. */
export interface KeyOwner {
  readonly workspaceId: string;
  readonly destinationId: string;
}

/** `workspaceId:destinationId:entity:idType:idValue`. Nothing is escaped: only the last part may hold a colon. */
export function profileKey(owner: KeyOwner, id: ProfileId): string {
  return `${owner.workspaceId}:${owner.destinationId}:${id.entity}:${id.type}:${id.value}`;
}

export function rudderstackHash(owner: KeyOwner): ProfileLayout {
  return {
    command({ id, models }: ProfileRead): RedisCommand {
      const key = profileKey(owner, id);
      return models === 'all' ? ['hgetall', key] : ['hmget', key, ...models];
    },
    decode({ models }: ProfileRead, reply: unknown): StoredProfile {
      return new StoredProfile(models === 'all' ? allFields(reply) : namedFields(models, reply));
    },
  };
}

/** HGETALL: an object of own properties, `__proto__` included. */
function* allFields(reply: unknown): Generator<[string, string]> {
  if (typeof reply === 'object' && reply !== null) {
    for (const [model, text] of Object.entries(reply)) {
      yield [model, String(text)];
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
