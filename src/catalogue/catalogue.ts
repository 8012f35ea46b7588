import type { ProfileIdNames } from '../profiles/profile-id.js';
import type { ProjectEntity } from './pb-project.js';

/** An entity and the id types by which its profiles are synced. */
export interface CatalogueEntity {
  readonly name: string;
  /** At least one. */
  readonly idTypes: readonly string[];
}

/** Whether a caller may know of an id type of an entity. */
export type IsKnown = (entity: string, idType: string) => boolean;

/** Names that a message tells, at most. */
const MAX_NAMED = 20;

/** Which entities there are, and by which id types: what a Profiles project says it serves. */
export class Catalogue {
  readonly #idTypes: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param entities of the project; those that serve nothing are left out */
  constructor(entities: readonly ProjectEntity[]) {
    this.#idTypes = new Map(
      entities
        .filter(({ served }) => served.length > 0)
        .map(({ name, served }) => [name, new Set(served.map(({ idType }) => idType))]),
    );
  }

  /** What one caller may know of, in the order of the project. */
  knownTo(isKnown: IsKnown): CatalogueEntity[] {
    return Array.from(this.#idTypes, ([name, idTypes]) => ({
      name,
      idTypes: [...idTypes].filter((idType) => isKnown(name, idType)),
    })).filter(({ idTypes }) => idTypes.length > 0);
  }

  /**
   * What is wrong with asking for an id, if anything is: its entity or id type is not there.
   * @param names what the caller calls the two
   * @param isKnown nothing else is named
   * @returns the sentence that says what there is
   */
  problemWith(
    { entity, type }: { readonly entity: string; readonly type: string },
    names: ProfileIdNames,
    isKnown: IsKnown,
  ): string | undefined {
    const idTypes = this.#idTypes.get(entity);
    if (idTypes?.has(type)) {
      return undefined;
    }
    const known = this.knownTo(isKnown);
    return idTypes === undefined
      ? mustBeOneOf(
          names.entity,
          known.map(({ name }) => name),
        )
      : mustBeOneOf(names.type, known.find(({ name }) => name === entity)?.idTypes ?? []);
  }
}

function mustBeOneOf(argument: string, names: readonly string[]): string {
  if (names.length === 0) {
    return `${argument} is none that is synced`;
  }
  const more = names.length > MAX_NAMED ? `, or ${names.length - MAX_NAMED} others` : '';
  const listed = names.slice(0, MAX_NAMED).join(', ');
  return names.length === 1
    ? `${argument} must be ${listed}: no other is synced`
    : `${argument} must be one of ${listed}${more}: no other is synced`;
}
