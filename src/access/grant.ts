/** What a caller may read. A grant is asked, never taken apart. */

import type { GrantConfig } from '../config/config.js';
import { nameFilter, namesListed } from './name-filter.js';
import { type ModelView, modelViews, narrowerView } from './trait-filter.js';

/** What a profile is found by. */
export interface ProfileIdParts {
  readonly entity: string;
  readonly type: string;
  readonly value: string;
}

export interface Grant {
  readsDestination(destinationId: string): boolean;
  /** The first part of an id that the caller may not read; undefined where it may read all of it. */
  forbids(id: ProfileIdParts): keyof ProfileIdParts | undefined;
  /** Whether there may be an id of this entity and type that the caller may read. */
  opens(entity: string, idType: string): boolean;
  /** How much of a model is seen. What is hidden is absent, as if it were not stored. */
  sees(model: string): ModelView;
  /** The models that can be seen at all, where the grant names them; undefined where it may be any. */
  readonly models: readonly string[] | undefined;
}

/** The grant of an `admin`: all there is. */
export const everything: Grant = {
  readsDestination: () => true,
  forbids: () => undefined,
  opens: () => true,
  sees: () => 'whole',
  models: undefined,
};

/** The grant of a `reader`: what passes each of its lists; a list that is left out lets everything pass. */
export function listedGrant({ destinations, entities, idTypes, models, traits }: GrantConfig): Grant {
  const readsEntity = filterOf(entities);
  const readsIdType = filterOf(idTypes);
  return {
    readsDestination: filterOf(destinations),
    forbids({ entity, type }) {
      if (!readsEntity(entity)) {
        return 'entity';
      }
      return readsIdType(type) ? undefined : 'type';
    },
    opens: (entity, idType) => readsEntity(entity) && readsIdType(idType),
    sees: modelViews(models, traits),
    models: models && namesListed(models),
  };
}

/** One person's own profile at one destination. */
export interface Subject {
  readonly destinationId: string;
  readonly entity: string;
  /** At least one; all of the same person. */
  readonly ids: readonly { readonly type: string; readonly value: string }[];
}

/** The grant to read one subject's profile, and nothing of anybody else's. */
export function subjectGrant({ destinationId, entity, ids }: Subject): Grant {
  return {
    readsDestination: (id) => id === destinationId,
    forbids(id) {
      if (id.entity !== entity) {
        return 'entity';
      }
      const ofType = ids.filter(({ type }) => type === id.type);
      if (ofType.length === 0) {
        return 'type';
      }
      return ofType.some(({ value }) => value === id.value) ? undefined : 'value';
    },
    opens: (other, idType) => other === entity && ids.some(({ type }) => type === idType),
    sees: () => 'whole',
    models: undefined,
  };
}

/** What both of two grants allow. */
export function narrowed(one: Grant, other: Grant): Grant {
  return {
    readsDestination: (id) => one.readsDestination(id) && other.readsDestination(id),
    forbids: (id) => one.forbids(id) ?? other.forbids(id),
    opens: (entity, idType) => one.opens(entity, idType) && other.opens(entity, idType),
    sees: (model) => narrowerView(one.sees(model), other.sees(model)),
    models:
      one.models && other.models
        ? one.models.filter((model) => other.models?.includes(model))
        : (one.models ?? other.models),
  };
}

function filterOf(patterns: readonly string[] | undefined): (name: string) => boolean {
  return patterns === undefined ? () => true : nameFilter(patterns);
}
