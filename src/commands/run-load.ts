/** What `load` does once its command line is read. */

import type { RedisDestinationConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { type CheckpointAim, type Progress, readCheckpoint } from '../loading/checkpoint.js';
import { ColumnPlan } from '../loading/column-plan.js';
import { type Input, openInput, STANDARD_INPUT } from '../loading/input.js';
import { KeySet } from '../loading/key-set.js';
import { type LoadOutcome, load } from '../loading/load.js';
import { RejectsFile } from '../loading/rejects-file.js';
import { checkColumns, checkFormats, openTable, type Table, type TableOptions } from '../loading/table.js';
import { TableError } from '../loading/table-error.js';
import type { Target } from '../loading/target.js';
import { BulkConnection, BulkConnectionError } from '../redis/bulk-connection.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import type { LoadCommandOptions } from './load.js';
import { destinationOf, targetsOf, typesOf } from './load-aim.js';
import { previewLoad } from './load-preview.js';
import { showProgress } from './load-progress.js';
import { explainWriting, sentence, tellOutcome } from './load-report.js';
import { mirrorsOf, ROWS_REJECTED, replaceGone } from './replace-gone.js';
import { toldToStop } from './running.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** What a script learns from how the command ends; 1 is for what could not start. */
const EXIT = { loaded: 0, rejected: 2, stopped: 3, notReplaced: 4 } as const;

const NOTHING_DONE: Progress = {
  position: { input: 0, rows: 0 },
  loaded: 0,
  rejected: 0,
  rejectsBytes: 0,
  types: {},
};

/** Everything that is known before the first row is read. */
interface LoadPlan {
  readonly destination: RedisDestinationConfig;
  readonly inputs: readonly Input[];
  readonly tableOptions: TableOptions;
  readonly targets: readonly Target[];
  readonly plan: ColumnPlan;
  readonly askedColumns: readonly (readonly [option: string, column: string])[];
}

/**
 * Loads tables into a destination.
 * @returns the exit code
 * @throws ConfigError or CommandError when it cannot start
 */
export async function runLoad(
  files: readonly string[],
  options: LoadCommandOptions,
  io: CommandIo,
): Promise<number> {
  letYoungGenerationGrow();
  try {
    const plan = await planLoad(files, options, io);
    return options.dryRun ? await preview(plan, io.print) : await loadAndReplace(plan, options, io.print);
  } catch (error) {
    throw error instanceof TableError ? new CommandError(sentence(error.message)) : error;
  }
}

async function planLoad(
  files: readonly string[],
  options: LoadCommandOptions,
  { env }: CommandIo,
): Promise<LoadPlan> {
  const destination = destinationOf(await loadConfig(options.config, env), options.destination);
  if (files.filter((file) => file === STANDARD_INPUT).length > 1) {
    throw new CommandError('Standard input (-) can be read once.');
  }
  const types = await typesOf(options);
  const inputs: Input[] = [];
  for (const file of files) {
    inputs.push(await openInput(file, process.stdin));
  }
  const tableOptions = { format: options.format, delimiter: options.delimiter, nullText: options.null };
  await checkFormats(inputs, tableOptions);
  const table = await glance(inputs, tableOptions);
  const targets = targetsOf(options, destination, table?.columns ?? []);
  const idColumns = [...new Set(targets.map(({ idColumn }) => idColumn))];
  const { columns, exclude } = options;
  const askedColumns = [
    ...idColumns.map((column) => ['id column', column] as const),
    ...(columns ?? []).map((column) => ['--columns', column] as const),
    ...(exclude ?? []).map((column) => ['--exclude', column] as const),
    ...Array.from(types.keys(), (column) => ['type', column] as const),
  ];
  if (table !== undefined) {
    checkColumns(table, askedColumns);
  }
  const plan = new ColumnPlan({ idColumns, columns, exclude, types });
  return { destination, inputs, tableOptions, targets, plan, askedColumns };
}

/** The beginning of the first table, so that what cannot work is said before anything is done; not of standard input. */
async function glance([first]: readonly Input[], options: TableOptions): Promise<Table | undefined> {
  if (first === undefined || first.fingerprint.name === STANDARD_INPUT) {
    return undefined;
  }
  const table = await openTable(first, options);
  await table.close();
  return table;
}

async function preview(
  { inputs, tableOptions, targets, plan, askedColumns }: LoadPlan,
  print: CommandIo['print'],
): Promise<number> {
  const [first] = inputs;
  if (first === undefined) {
    return EXIT.loaded;
  }
  const table = await openTable(first, tableOptions);
  checkColumns(table, askedColumns);
  const rejected = await previewLoad(table, targets, plan, print);
  await table.close();
  return rejected > 0 ? EXIT.rejected : EXIT.loaded;
}

async function loadAndReplace(
  plan: LoadPlan,
  options: LoadCommandOptions,
  print: CommandIo['print'],
): Promise<number> {
  const { destination } = plan;
  const mirrors = options.replace ? mirrorsOf(plan.targets, destination, options.yes === true) : [];
  const keys = options.replace ? new KeySet() : undefined;
  const startedAt = performance.now();
  const outcome = await runFrom(plan, options, keys);
  const isComplete = outcome.stopped === undefined && outcome.rejected === 0;
  const replacement =
    keys === undefined || outcome.stopped !== undefined
      ? undefined
      : isComplete
        ? await replaceGone(destination, mirrors, keys, options)
        : ROWS_REJECTED;
  const seconds = (performance.now() - startedAt) / 1_000;
  tellOutcome({ destination, options, outcome, replacement, seconds }, print);
  if (outcome.stopped !== undefined) {
    return EXIT.stopped;
  }
  if (outcome.rejected > 0) {
    return EXIT.rejected;
  }
  return replacement === undefined || replacement.kind === 'removed' ? EXIT.loaded : EXIT.notReplaced;
}

/** Loads, from where the checkpoint says, until the end or until told to stop. */
async function runFrom(
  { destination, inputs, targets, ...plan }: LoadPlan,
  options: LoadCommandOptions,
  keys: KeySet | undefined,
): Promise<LoadOutcome> {
  const aim: CheckpointAim = {
    destinationId: destination.id,
    targets: targets.map(({ entity, idType, idColumn, model }) => [entity, idType, idColumn, model]),
    inputs: inputs.map(({ fingerprint }) => fingerprint),
  };
  const { checkpoint: file } = options;
  const from = (file === undefined ? undefined : await readCheckpoint(file, aim)) ?? NOTHING_DONE;
  const redis = new BulkConnection(destination.redis);
  await connect(redis, destination);
  const rejects = await openRejects(options.rejects, from);
  const stop = new AbortController();
  toldToStop().then(() => stop.abort());
  const progress = showProgress(process.stderr, from.loaded + from.rejected);
  try {
    return await load({
      ...plan,
      inputs,
      targets,
      batchSize: options.batch,
      from,
      keys,
      redis,
      retryMs: options.retrySeconds * 1_000,
      checkpoint: file === undefined ? undefined : { file, aim },
      rejects,
      stop: stop.signal,
      onProgress: (state) => progress.update(state),
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw new CommandError(
        `The checkpoint or the file of rejected rows cannot be written (${error.code}).`,
      );
    }
    throw error;
  } finally {
    progress.end();
    redis.close();
    await rejects?.close();
  }
}

async function openRejects(file: string | undefined, from: Progress): Promise<RejectsFile | undefined> {
  try {
    return file === undefined ? undefined : await RejectsFile.open(file, from.rejectsBytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CommandError(`${file} cannot be written (${code}): name another file for --rejects.`);
  }
}

async function connect(redis: BulkConnection, destination: RedisDestinationConfig): Promise<void> {
  try {
    await redis.connect();
  } catch (error) {
    if (error instanceof BulkConnectionError) {
      throw new CommandError(explainWriting(error.reason, destination));
    }
    throw error;
  }
}
