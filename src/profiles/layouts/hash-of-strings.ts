import { malformedTraits } from '../../errors.js';
import { JsonText } from '../../json/json-text.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import { allFields } from './hash-of-json.js';
import type { ProfileLayout } from './layout.js';
import type { KeyOf } from './profile-key.js';

/**
 * A hash with one field a trait, its value plain text: RudderStack's event stream, and what many another tool writes.
 * @param model the name of the one model that the traits are given back under, each as a JSON string
 */
export function hashOfStrings(keyOf: KeyOf, model: string): ProfileLayout {
  return {
    command({ id, models }: ProfileRead) {
      const key = keyOf(id);
      return key === undefined || !(models === 'all' || models.includes(model))
        ? undefined
        : ['hgetall', key];
    },
    decode(_read: ProfileRead, reply: unknown): ProfileReadResult {
      if (!Array.isArray(reply)) {
        return malformedTraits();
      }
      const traits = Array.from(
        allFields(reply),
        ([name, value]) => [name, JsonText.trusted(JSON.stringify(value.toString('utf8')))] as const,
      );
      return traits.length === 0
        ? StoredProfile.empty
        : new StoredProfile(new Map([[model, JsonText.object(traits)]]));
    },
  };
}
