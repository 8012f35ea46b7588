/** How far a load has come, in a file: rows that it counts have been answered for by Redis, or are in the rejects file. */

import { open, readFile, rename, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { COLUMN_TYPES, type ColumnType } from './column-type.js';
import type { Fingerprint } from './input.js';
import { TableError } from './table-error.js';

const VERSION = 1;
const MODE = 0o600;

/** What a checkpoint is good for: another input or another aim needs one of its own. */
export interface CheckpointAim {
  readonly destinationId: string;
  /** Entity, id type, id column and model of each target. */
  readonly targets: readonly (readonly string[])[];
  readonly inputs: readonly Fingerprint[];
}

export interface Position {
  /** Place of the input that is being read, among all of them. */
  readonly input: number;
  /** Rows of it that are done. */
  readonly rows: number;
}

export interface LoadCounts {
  /** Rows in all keys that they go to. */
  readonly loaded: number;
  readonly rejected: number;
}

export interface Progress extends LoadCounts {
  readonly position: Position;
  /** Bytes of the rejects file that belong to these rows. */
  readonly rejectsBytes: number;
  /** Types found in the sample of the input that is being read. */
  readonly types: Readonly<Record<string, ColumnType>>;
}

const count = z.number().int().min(0);
const schema = z.object({
  version: z.literal(VERSION),
  aim: z.object({
    destinationId: z.string(),
    targets: z.array(z.array(z.string())),
    inputs: z.array(z.object({ name: z.string(), size: count, head: z.string() })),
  }),
  progress: z.object({
    position: z.object({ input: count, rows: count }),
    loaded: count,
    rejected: count,
    rejectsBytes: count,
    types: z.record(z.string(), z.enum(COLUMN_TYPES)),
  }),
});

/**
 * @returns how far a load with this aim has come; undefined where the file is not there
 * @throws TableError where it is no checkpoint, or one of another load
 */
export async function readCheckpoint(file: string, aim: CheckpointAim): Promise<Progress | undefined> {
  const text = await readText(file);
  if (text === undefined) {
    return undefined;
  }
  const { success, data } = schema.safeParse(parse(text));
  if (!success) {
    throw new TableError(`${file} is not a checkpoint: name another file, or remove it`);
  }
  if (!isDeepStrictEqual(data.aim, aim)) {
    throw new TableError(
      `${file} is the checkpoint of another load (${difference(data.aim, aim)}): remove it to load from the beginning, or name another file`,
    );
  }
  return data.progress;
}

/** Replaces the file at once: whoever reads it finds what was there before, or all of the new. */
export async function writeCheckpoint(file: string, aim: CheckpointAim, progress: Progress): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', MODE);
  try {
    await handle.writeFile(`${JSON.stringify({ version: VERSION, aim, progress })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

export function removeCheckpoint(file: string): Promise<void> {
  return rm(file, { force: true });
}

function difference(there: CheckpointAim, here: CheckpointAim): string {
  if (there.destinationId !== here.destinationId) {
    return `into destination ${there.destinationId}`;
  }
  if (!isDeepStrictEqual(there.targets, here.targets)) {
    return 'with other entities, id types, id columns or models';
  }
  const changed = here.inputs.find((input, index) => !isDeepStrictEqual(input, there.inputs[index]));
  return changed === undefined ? 'of other files' : `${changed.name} was another file, or has changed`;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') {
      return undefined;
    }
    throw new TableError(`${file} cannot be read (${code}): name a file for the checkpoint`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
