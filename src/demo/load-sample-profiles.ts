import { type KeyOwner, profileKey } from '../profiles/layouts/profile-key.js';
import { parseProfileId } from '../profiles/profile-id.js';
import type { RedisClient } from '../redis/client.js';
import type { SampleProfile } from './sample-profiles.js';

const NAMES = { entity: 'entity', type: 'idType', value: 'idValue' };

/**
 * Writes the sample profiles as RudderStack's sync would: one hash a profile, one field a model.
 * @throws STORE_UNAVAILABLE or STORE_TIMEOUT when one could not be written.
 */
export async function loadSampleProfiles(
  redis: RedisClient,
  owner: KeyOwner,
  profiles: readonly SampleProfile[],
): Promise<void> {
  const replies = await redis.pipeline(
    profiles.map(({ entity, idType, idValue, models }) => {
      const id = parseProfileId({ entity, type: idType, value: idValue }, NAMES);
      return ['hset', profileKey(owner, id), ...[...models].flat()];
    }),
  );
  for (const reply of replies) {
    if (reply.kind === 'failed') {
      throw reply.error;
    }
  }
}
