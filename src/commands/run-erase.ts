import { readFile } from 'node:fs/promises';
import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import type { RedisDestinationConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { GatewayError } from '../errors.js';
import type { ErasureOptions, ProfileEraser } from '../profiles/eraser.js';
import { distinctIds, type ProfileId, parseProfileId } from '../profiles/profile-id.js';
import { openRedisEraser } from '../profiles/stores/redis-eraser.js';
import { createLogger } from '../telemetry/logger.js';
import { CommandError } from './command-error.js';
import { type NamedId, parseId } from './id-option.js';
import type { CommandIo } from './io.js';

/** The options of `erase`, as given. */
export interface EraseOptions {
  readonly config: string;
  readonly destination: string;
  readonly entity: string;
  readonly id: readonly NamedId[];
  /** `-` is standard input. */
  readonly idsFile?: string;
  readonly dryRun: boolean;
  readonly links: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** What was erased so far; what would be, in a dry run. */
interface Total {
  ids: number;
  linkedIds: number;
  deletedKeys: number;
  actualKeys: number;
  readonly keys: string[];
}

const STANDARD_INPUT = '-';
/** Ids that are erased together. */
const CHUNK = 100;
/** Of a run that may be repeated: Redis failed, or stored data is in the way. */
const EXIT_INCOMPLETE = 2;

/**
 * Erases people at a destination of the configuration.
 * @throws CommandError when nothing was begun, and with exit code 2 when it broke off; ConfigError.
 */
export async function runErase(options: EraseOptions, { env, print }: CommandIo): Promise<void> {
  const { dryRun, links: followLinks, yes } = options;
  const destination = await findDestination(options, env);
  const eraser = openRedisEraser(destination, createLogger({ level: 'warn', output: stderr }));
  if (eraser === undefined) {
    throw new CommandError(
      `Nothing may be erased at ${destination.id}: write allowErase: true there in ${options.config} first.`,
    );
  }
  const ids = await readIds(options);
  const mustAsk = !dryRun && !yes;
  if (mustAsk && (!stdin.isTTY || options.idsFile === STANDARD_INPUT)) {
    throw new CommandError(
      'Nobody can be asked here whether to delete: add --yes, or --dry-run to only look.',
    );
  }
  try {
    if (mustAsk) {
      const found = await eraseAll(eraser, ids, { dryRun: true, followLinks });
      if (!(await isConfirmed(`Delete ${describe(found)} at ${destination.name}?`))) {
        throw new CommandError('Nothing was deleted.');
      }
    }
    const total = await eraseAll(eraser, ids, { dryRun, followLinks });
    tell(total, destination, options, print);
  } finally {
    await eraser.close();
  }
}

function tell(
  total: Total,
  { id: destinationId, name }: RedisDestinationConfig,
  { entity, dryRun, json }: EraseOptions,
  print: CommandIo['print'],
): void {
  const { keys, ...counts } = total;
  if (json) {
    print(JSON.stringify({ destinationId, entity, dryRun, ...counts, ...(dryRun ? { keys } : {}) }));
    return;
  }
  if (dryRun) {
    keys.forEach(print);
  }
  print(`${dryRun ? 'Would delete' : 'Deleted'} ${describe(total)} at ${name}.`);
}

async function eraseAll(
  eraser: ProfileEraser,
  ids: readonly ProfileId[],
  options: ErasureOptions,
): Promise<Total> {
  const total: Total = { ids: 0, linkedIds: 0, deletedKeys: 0, actualKeys: 0, keys: [] };
  for (let start = 0; start < ids.length; start += CHUNK) {
    try {
      const { profiles, deletedKeys, actualKeys } = await eraser.erase(
        ids.slice(start, start + CHUNK),
        options,
      );
      const linkedIds = profiles.filter(({ linked }) => linked).length;
      total.ids += profiles.length - linkedIds;
      total.linkedIds += linkedIds;
      total.deletedKeys += deletedKeys;
      total.actualKeys += actualKeys;
      if (options.dryRun) {
        total.keys.push(...profiles.flatMap(({ keys }) => keys));
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) {
        throw error;
      }
      const before = total.ids === 0 || options.dryRun ? '' : ` Before that: ${describe(total)}.`;
      throw new CommandError(`${error.message}.${before}`, EXIT_INCOMPLETE);
    }
  }
  return total;
}

function describe({ deletedKeys, ids, linkedIds }: Total): string {
  const linked = linkedIds === 0 ? '' : `, and of ${counted(linkedIds, 'id')} that they are linked to`;
  return `${counted(deletedKeys, 'key')} of ${counted(ids, 'id')}${linked}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

async function isConfirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return (await terminal.question(`${question} Type yes: `)).trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

async function findDestination(
  { config: file, destination: id }: EraseOptions,
  env: CommandIo['env'],
): Promise<RedisDestinationConfig> {
  const { destinations } = await loadConfig(file, env);
  const destination = destinations.find((each) => each.id === id);
  if (destination?.kind !== 'redis') {
    throw new CommandError(
      `${file} has no Redis destination with this ID: \`destinations list\` shows those it has.`,
    );
  }
  return destination;
}

/** All of them are read before the first is erased: a mistake at the end of a file must not leave it half done. */
async function readIds({ entity, id: given, idsFile }: EraseOptions): Promise<ProfileId[]> {
  const ids = given.map((id) => checked(entity, id, '--id'));
  if (idsFile !== undefined) {
    const lines = (await readIdsFile(idsFile)).split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      if (line.trim() !== '') {
        const where = `${idsFile === STANDARD_INPUT ? 'standard input' : idsFile}, line ${index + 1}`;
        const id = parseId(line);
        if (id === undefined) {
          throw new CommandError(
            `${where}: must be type=value, as in email=ada@example.com. Nothing was erased.`,
          );
        }
        ids.push(checked(entity, id, where));
      }
    }
  }
  if (ids.length === 0) {
    throw new CommandError(
      'Name at least one id: --id email=ada@example.com, or --ids-file with one a line.',
    );
  }
  return distinctIds(ids);
}

function checked(entity: string, { type, value }: NamedId, where: string): ProfileId {
  try {
    return parseProfileId(
      { entity, type, value },
      { entity: '--entity', type: `${where}: the id type`, value: `${where}: the id value` },
    );
  } catch (error) {
    throw error instanceof GatewayError ? new CommandError(`${error.message}. Nothing was erased.`) : error;
  }
}

async function readIdsFile(file: string): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Never replaced silently: an id with a replaced byte would be another one's id.
    throw new CommandError(`${file} is not UTF-8. Nothing was erased.`);
  }
}

async function readBytes(file: string): Promise<Buffer> {
  if (file === STANDARD_INPUT) {
    return buffer(stdin);
  }
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CommandError(`${file} cannot be read (${code}): name a file of ids, one type=value a line.`);
  }
}
