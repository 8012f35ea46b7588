import { malformedTraits } from '../../errors.js';
import { JsonText } from '../../json/json-text.js';
import { membersOf } from '../../json/members.js';
import type { RedisCommand } from '../../redis/client.js';
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
    writing: (written) =>
      written === model ? { write: (id, traits) => writeFields(keyOf(id), traits) } : otherModel(model),
  };
}

/** The sentence for who would write another model than the one that a layout has. */
export function otherModel(model: string): string {
  return `the layout of this destination has one model alone, ${model}`;
}

function writeFields(key: string | undefined, traits: string): RedisCommand | undefined {
  const fields = [...flatten(JsonText.trusted(Buffer.from(traits)), '')].flat();
  return key === undefined || fields.length === 0 ? undefined : ['hset', key, ...fields];
}

/** As RudderStack's event stream has it: names joined by dots, arrays as JSON, no null and no `{}`. */
function* flatten(object: JsonText, prefix: string): Generator<readonly [name: string, value: string]> {
  for (const [name, value] of membersOf(object)) {
    if (value.isObject) {
      yield* flatten(value, `${prefix}${name}.`);
    } else if (value.text !== 'null') {
      yield [prefix + name, value.text.startsWith('"') ? String(JSON.parse(value.text)) : value.text];
    }
  }
}
