import { malformedTraits } from '../../errors.js';
import { JsonText } from '../../json/json-text.js';
import { membersOf } from '../../json/members.js';
import { mergeJson } from '../../json/merge.js';
import type { RedisCommand } from '../../redis/client.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import { otherModel } from './hash-of-strings.js';
import type { ModelWriting, ProfileLayout } from './layout.js';
import type { KeyOf } from './profile-key.js';

/** `get`: a string that holds JSON. `json.get`: a document of Redis's JSON module. */
export type JsonCommand = 'get' | 'json.get';

/**
 * One JSON object a profile: model → traits, or the traits of one model.
 *
 * It is read whole and cut here: a model's name may hold dots and slashes, which a path would take apart. The JSON module
 * writes numbers its own way when it answers; what it answers is passed on digit for digit.
 * @param model the name of the one model that the object is given back under; left out where it is model → traits
 */
export function jsonText(command: JsonCommand, keyOf: KeyOf, model?: string): ProfileLayout {
  return {
    command({ id, models }: ProfileRead) {
      const key = keyOf(id);
      const asked = model === undefined || models === 'all' || models.includes(model);
      return key === undefined || !asked ? undefined : [command, key];
    },
    decode({ models }: ProfileRead, reply: unknown): ProfileReadResult {
      if (reply === null) {
        return StoredProfile.empty;
      }
      if (!(reply instanceof Buffer)) {
        return malformedTraits();
      }
      return model === undefined ? decodeModels(reply, models) : new StoredProfile(new Map([[model, reply]]));
    },
    writing(written) {
      if (model !== undefined && written !== model) {
        return otherModel(model);
      }
      if (command === 'json.get') {
        return documentWriting(keyOf, model === undefined ? written.split('.') : []);
      }
      return model === undefined
        ? 'its profiles are text that holds several models, of which none can be written by itself'
        : { write: (id, traits) => commandWith(keyOf(id), (key) => ['set', key, traits]) };
    },
  };
}

function decodeModels(stored: Buffer, models: ProfileRead['models']): ProfileReadResult {
  const document = JsonText.check(stored);
  if (document === undefined || !document.isObject) {
    return malformedTraits();
  }
  const entries = [...membersOf(document)];
  return new StoredProfile(
    new Map(models === 'all' ? entries : entries.filter(([model]) => models.includes(model))),
  );
}

/**
 * As RudderStack writes documents: what is there is read, the traits are merged into it, and the whole is set.
 * @param path the names that lead to the traits: a model's name nests at its dots
 */
function documentWriting(keyOf: KeyOf, path: readonly string[]): ModelWriting {
  return {
    readFirst: (id) => commandWith(keyOf(id), (key) => ['json.get', key]),
    write(id, traits, stored) {
      const patch = path.reduceRight(
        (inner, name) => JsonText.object([[name, inner]]),
        JsonText.trusted(Buffer.from(traits)),
      );
      const there = stored instanceof Buffer ? JsonText.check(stored) : undefined;
      const { text } = there === undefined ? patch : mergeJson(there, patch);
      return commandWith(keyOf(id), (key) => ['json.set', key, '$', text]);
    },
  };
}

function commandWith(
  key: string | undefined,
  command: (key: string) => RedisCommand,
): RedisCommand | undefined {
  return key === undefined ? undefined : command(key);
}
