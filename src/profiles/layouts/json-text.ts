import { malformedTraits } from '../../errors.js';
import { JsonText } from '../../json/json-text.js';
import { membersOf } from '../../json/members.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';
import { StoredProfile } from '../stored-profile.js';
import type { ProfileLayout } from './layout.js';
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
