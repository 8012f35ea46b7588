/** RudderStack's layout with Redis's JSON module: one document a profile, model → traits. */

import { malformedTraits } from '../../errors.js';
import { JsonText } from '../../json/json-text.js';
import { membersOf } from '../../json/members.js';
import type { RedisCommand } from '../../redis/client.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import type { ProfileLayout } from './layout.js';
import { type KeyOwner, profileKey } from './rudderstack-hash.js';

/**
 * Documents are read whole and cut here: a model's name may hold dots and slashes, which a path would take apart. The
 * module writes numbers its own way when it answers; what it answers is passed on digit for digit.
 */
export function rudderstackJson(owner: KeyOwner): ProfileLayout {
  return {
    command: ({ id }: ProfileRead): RedisCommand => ['json.get', profileKey(owner, id)],
    decode: ({ models }: ProfileRead, reply: unknown): ProfileReadResult =>
      reply === null ? StoredProfile.empty : decodeDocument(reply, models),
  };
}

function decodeDocument(reply: unknown, models: ProfileRead['models']): ProfileReadResult {
  const document = typeof reply === 'string' ? JsonText.check(reply) : undefined;
  if (document === undefined || !document.isObject) {
    return malformedTraits();
  }
  const stored = Array.from(membersOf(document), ([model, traits]) => [model, traits.text] as const);
  return new StoredProfile(models === 'all' ? stored : stored.filter(([model]) => models.includes(model)));
}
