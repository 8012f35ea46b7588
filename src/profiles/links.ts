/** Ids of the same person that a stored profile names, in the traits that the configuration says have them. */

import { linkBroken } from '../errors.js';
import type { JsonText } from '../json/json-text.js';
import { elementsOf } from '../json/members.js';
import { type ProfileId, parseProfileId } from './profile-id.js';
import type { StoredProfile } from './stored-profile.js';

/**
 * The ids in the link traits of all models. A trait is an id, a list of ids, or null.
 * @param linkTraits id type → the trait that has ids of it
 * @throws MALFORMED_TRAITS where a model is not JSON, or a link trait holds what cannot be an id.
 */
export function linkedIds(
  entity: string,
  stored: StoredProfile,
  linkTraits: Readonly<Record<string, string>>,
): ProfileId[] {
  return Object.entries(linkTraits).flatMap(([type, trait]) =>
    stored.models.flatMap((model) => {
      const value = stored.trait(trait, model);
      return value === undefined
        ? []
        : idValues(value, trait).map((id) => parseLinked({ entity, type, value: id }, trait));
    }),
  );
}

function idValues(value: JsonText, trait: string): string[] {
  const { text } = value;
  if (text.startsWith('[')) {
    return elementsOf(value).flatMap((element) => idValue(element.text, trait));
  }
  return idValue(text, trait);
}

/** An id may come as a number: its digits are the id. */
function idValue(text: string, trait: string): string[] {
  if (text === 'null' || text === '""') {
    return [];
  }
  if (text.startsWith('"')) {
    return [String(JSON.parse(text))];
  }
  if (/^[-\d]/.test(text)) {
    return [text];
  }
  throw linkBroken(trait);
}

function parseLinked(
  id: { readonly entity: string; readonly type: string; readonly value: string },
  trait: string,
): ProfileId {
  try {
    return parseProfileId(id, { entity: 'entity', type: 'idType', value: trait });
  } catch {
    throw linkBroken(trait);
  }
}
