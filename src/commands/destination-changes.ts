import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.js';

/** IDs of destinations that one configuration has and another has not, or has in another way. */
export interface DestinationChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function destinationChanges(before: Config, after: Config): DestinationChanges {
  const old = new Map(before.destinations.map((each) => [each.id, each]));
  const ids = new Set(after.destinations.map(({ id }) => id));
  return {
    added: [...ids].filter((id) => !old.has(id)),
    changed: after.destinations
      .filter((each) => old.has(each.id) && !isDeepStrictEqual(old.get(each.id), each))
      .map(({ id }) => id),
    removed: [...old.keys()].filter((id) => !ids.has(id)),
  };
}
