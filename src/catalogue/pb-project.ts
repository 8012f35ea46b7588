/** A Profiles project's `pb_project.yaml`, as far as it tells which profiles RudderStack syncs: the rest of it is its own affair. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, invalidConfig } from '../config/config-error.js';
import { formatPath } from '../config/document-path.js';
import { text } from '../config/scalar.js';
import { readSource } from '../config/source.js';
import { isEntityOrIdType } from '../profiles/profile-id.js';

/** An entity of the project. */
export interface ProjectEntity {
  readonly name: string;
  /** In the order of the file, `feature_views` before `serve_traits`; empty for an entity that is only computed. */
  readonly served: readonly ServedIdType[];
}

/** One table that is synced. An id type with several views is there for each of them. */
export interface ServedIdType {
  readonly idType: string;
  /** Name of the view; undefined where the project leaves it to RudderStack. */
  readonly view: string | undefined;
}

/**
 * Reads a project's file.
 * @param file path of a `pb_project.yaml`
 * @throws ConfigError when it cannot be read, or with every mistake that is in what is needed of it.
 */
export function readPbProject(file: string): readonly ProjectEntity[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ConfigError(
      code === 'ENOENT'
        ? `${file} does not exist: name the pb_project.yaml of a Profiles project.`
        : `${file} cannot be read (${code}): name the pb_project.yaml of a Profiles project, and let this user read it.`,
    );
  }
  return parsePbProject(text, file);
}

/**
 * Parses the text of a `pb_project.yaml`. Keys that are not needed may hold anything that YAML takes.
 * @param file what messages call the text
 * @returns the entities in the order of the file; at least one of them serves an id type
 * @throws ConfigError with every mistake, each with its path and line.
 */
export function parsePbProject(text: string, file = 'pb_project.yaml'): readonly ProjectEntity[] {
  const source = readSource(text, undefined);
  const result = project.safeParse(source.value);
  const ofText = source.mistakes.filter(({ path: [first = ENTITIES] }) => first === ENTITIES);
  const ofValues = (result.error?.issues ?? [])
    .filter(({ path }) => source.isReadable(path))
    .map(({ path, message }) => ({ path, line: source.lineOf(path), message }));
  const mistakes = [...ofText, ...ofValues];
  if (result.success && mistakes.length === 0) {
    return result.data;
  }
  throw invalidConfig(
    file,
    mistakes.map((mistake) => ({ ...mistake, path: formatPath(mistake.path, isKnownKey) })),
  );
}

const ENTITIES = 'entities';

const name = (meaning: string) =>
  text(meaning).refine(isEntityOrIdType, {
    // The rules between entities are for those that could be read.
    abort: true,
    error: 'must be 1 to 128 characters without a colon or control characters: it is part of a key in Redis',
  });

const viewName = text('the name of the view').min(1, { error: 'must not be empty' }).nullish();

/** A list whose entries may all be commented out: null to YAML. */
function listOf<Entry extends z.ZodType>(entry: Entry, things: string) {
  return z
    .array(entry, { error: `must be a list of ${things}` })
    .nullish()
    .transform((entries) => entries ?? []);
}

function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object(shape, { error: 'must be a mapping of keys to values' });
}

const featureView = mapping({ id: name('the id type that the view is keyed by'), name: viewName });
const servedTraits = mapping({ id_served: name('the id type that is served'), name: viewName });

const entity = mapping({
  name: name('the name of the entity'),
  feature_views: mapping({ using_ids: listOf(featureView, 'views, each with id and name') }).nullish(),
  serve_traits: listOf(servedTraits, 'id types, each with id_served'),
}).transform(
  ({ name, feature_views, serve_traits }): ProjectEntity => ({
    name,
    served: distinct([
      ...(feature_views?.using_ids ?? []).map(({ id, name: view }) => servedBy(id, view)),
      ...serve_traits.map(({ id_served, name: view }) => servedBy(id_served, view)),
    ]),
  }),
);

const ENTITY_LIST = 'a list of entities, each with its name and the id types it serves';

const project = z
  .object(
    {
      [ENTITIES]: z.array(entity, {
        error: ({ input }) =>
          `${input === undefined || input === null ? 'is required:' : 'must be'} ${ENTITY_LIST}`,
      }),
    },
    { error: 'must be a pb_project.yaml: a mapping with entities' },
  )
  .superRefine(({ entities }, context) => {
    const names = entities.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      const first = names.indexOf(name);
      if (first !== index) {
        context.addIssue({
          code: 'custom',
          path: [ENTITIES, index, 'name'],
          message: `must differ from entities[${first}].name`,
        });
      }
    }
    if (entities.every(({ served }) => served.length === 0)) {
      context.addIssue({
        code: 'custom',
        path: [ENTITIES],
        message: 'must have an entity that serves an id type: with feature_views.using_ids or serve_traits',
      });
    }
  })
  .transform(({ entities }) => entities);

/** A file that is something else may hold secrets, as keys too. */
const KNOWN_KEYS = new Set([
  ENTITIES,
  ...Object.keys(entity.in.shape),
  'using_ids',
  ...Object.keys(featureView.shape),
  ...Object.keys(servedTraits.shape),
]);

function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.has(key);
}

function servedBy(idType: string, view: string | null | undefined): ServedIdType {
  return { idType, view: view ?? undefined };
}

function distinct(served: readonly ServedIdType[]): ServedIdType[] {
  return served.filter(
    ({ idType, view }, index) =>
      served.findIndex((other) => other.idType === idType && other.view === view) === index,
  );
}
