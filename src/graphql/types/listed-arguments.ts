import type { ProfileIdNames } from '../../profiles/profile-id.js';

/** The arguments of one id of a list. Their names are only made for a message. */
export function listedArguments(place: number): ProfileIdNames {
  return {
    entity: 'entity',
    get type() {
      return `ids[${place}].type`;
    },
    get value() {
      return `ids[${place}].value`;
    },
  };
}
