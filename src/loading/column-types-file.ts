import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readSource } from '../config/source.js';
import { COLUMN_TYPES, type ColumnType } from './column-type.js';
import { TableError } from './table-error.js';

const schema = z.record(z.string(), z.enum(COLUMN_TYPES));

/**
 * Reads a file that maps columns to types, as YAML or JSON.
 * @throws TableError when it cannot be read, or is something else
 */
export async function readColumnTypes(file: string): Promise<ReadonlyMap<string, ColumnType>> {
  const { value, mistakes } = readSource(await read(file), undefined);
  const { success, data, error } = schema.safeParse(value);
  if (success && mistakes.length === 0) {
    return new Map(Object.entries(data));
  }
  const column = error?.issues[0]?.path.join('.') || undefined;
  throw new TableError(
    `${file} is not a schema${column === undefined ? '' : ` (${column})`}: it maps names of columns to one of ${COLUMN_TYPES.join(', ')}`,
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new TableError(`${file} cannot be read (${code}): name a file with the types of columns`);
  }
}
