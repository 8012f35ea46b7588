/** What a `load` is to do, read from its options and the files that they name. */

import { readPbProject } from '../catalogue/pb-project.js';
import type { Config, RedisDestinationConfig } from '../config/config.js';
import type { ColumnType } from '../loading/column-type.js';
import { readColumnTypes } from '../loading/column-types-file.js';
import { type Target, type TargetOptions, targetOf } from '../loading/target.js';
import { CommandError } from './command-error.js';
import type { LoadCommandOptions } from './load.js';

/** @throws CommandError when it is none that can be written, or it is not clear which is meant */
export function destinationOf({ destinations }: Config, id: string | undefined): RedisDestinationConfig {
  const usable = destinations.filter(
    (destination): destination is RedisDestinationConfig =>
      destination.kind === 'redis' && destination.enabled,
  );
  const [only, ...others] = usable;
  if (id === undefined && only !== undefined && others.length === 0) {
    return only;
  }
  const found = usable.find((destination) => destination.id === id);
  if (found !== undefined) {
    return found;
  }
  const there = usable.map((destination) => destination.id).join(', ');
  throw new CommandError(
    there === ''
      ? 'The configuration has no enabled destination of type REDIS.'
      : `Say which --destination, one of: ${there}.`,
  );
}

/**
 * @param columns those of the first table, where they are known before it is read
 * @throws CommandError, ConfigError or TableError when it is not clear where the rows go
 */
export function targetsOf(
  options: LoadCommandOptions,
  destination: RedisDestinationConfig,
  columns: readonly string[],
): readonly Target[] {
  const wanted =
    options.project === undefined ? [askedTarget(options)] : projectTargets(options, options.project);
  return wanted.map((target) =>
    targetOf({ ...target, idColumn: options.idColumn ?? columnNamed(target.idType, columns) }, destination),
  );
}

/** @throws TableError when the schema cannot be read */
export async function typesOf({
  type,
  schema,
  jsonColumns = [],
}: LoadCommandOptions): Promise<ReadonlyMap<string, ColumnType>> {
  const ofFile = schema === undefined ? [] : [...(await readColumnTypes(schema))];
  return new Map<string, ColumnType>([
    ...ofFile,
    ...jsonColumns.map((name) => [name, 'json'] as const),
    ...type,
  ]);
}

function askedTarget({ entity, idType, model }: LoadCommandOptions): Omit<TargetOptions, 'idColumn'> {
  if (entity === undefined || idType === undefined || model === undefined) {
    throw new CommandError(
      'Say where the rows go: --entity, --id-type and --model, or --project with a pb_project.yaml.',
    );
  }
  return { entity, idType, model };
}

function projectTargets(
  { entity, idType, idColumn, model }: LoadCommandOptions,
  file: string,
): readonly Omit<TargetOptions, 'idColumn'>[] {
  const entities = readPbProject(file).filter(({ served }) => served.length > 0);
  const names = entities.map(({ name }) => name).join(', ');
  const found = entities.filter(({ name }) => entity === undefined || name === entity);
  const [about, ...others] = found;
  if (about === undefined || others.length > 0) {
    throw new CommandError(`Say which --entity of ${file} the rows are about, one of: ${names}.`);
  }
  const served = about.served.filter((each) => idType === undefined || each.idType === idType);
  if (served.length === 0) {
    const types = [...new Set(about.served.map((each) => each.idType))].join(', ');
    throw new CommandError(`${file} does not serve id type ${idType} of ${about.name}; it serves: ${types}.`);
  }
  if (idColumn !== undefined && new Set(served.map((each) => each.idType)).size > 1) {
    throw new CommandError('--id-column is for one id type: say which --id-type, or leave it out.');
  }
  const targets = new Map<string, Omit<TargetOptions, 'idColumn'>>();
  for (const { idType: type, view } of served) {
    const name = model ?? view;
    if (name === undefined) {
      throw new CommandError(`${file} does not name the model of id type ${type}: say --model.`);
    }
    targets.set(JSON.stringify([type, name]), { entity: about.name, idType: type, model: name });
  }
  return [...targets.values()];
}

/** The column of a name, as it is written or in other letters: warehouses like capitals. */
function columnNamed(name: string, columns: readonly string[]): string {
  const alike = columns.filter((column) => column.toLowerCase() === name.toLowerCase());
  const [only, ...others] = alike;
  return columns.includes(name) || only === undefined || others.length > 0 ? name : only;
}
