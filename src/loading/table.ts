/** A table in any of the formats, ready to be read. */

import { type ColumnType, inferType } from './column-type.js';
import { type CsvOptions, openCsv } from './csv.js';
import { CsvRow, inferTypes } from './csv-row.js';
import { type Input, STANDARD_INPUT, titleOf } from './input.js';
import { JsonRow } from './json-row.js';
import { ndjsonRows } from './ndjson.js';
import { openParquet } from './parquet.js';
import { TableError } from './table-error.js';
import type { TableRow } from './table-row.js';

export const TABLE_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Rows that are looked at before the first is loaded. */
const SAMPLE_ROWS = 10_000;

export interface TableOptions extends CsvOptions {
  /** Found out by content and ending when left out. */
  readonly format?: TableFormat | undefined;
}

export interface Table {
  readonly name: string;
  /** Of a sample of its rows, where the format has no list of them. */
  readonly columns: readonly string[];
  /** What its columns of text seem to hold. Empty where the format has types of its own. */
  readonly inferredTypes: ReadonlyMap<string, ColumnType>;
  /** Part of it that was read, 0 to 1; undefined where nobody knows how much there is. */
  readonly progress: () => number | undefined;
  /** Read once. @throws TableError where it cannot be read further */
  readonly rows: AsyncIterable<readonly TableRow[]>;
  /** For who does not read it to its end. */
  readonly close: () => Promise<void>;
}

/** @throws TableError that names the input, when it cannot be read */
export async function openTable(input: Input, options: TableOptions): Promise<Table> {
  const { name } = input.fingerprint;
  return named(name, async () => {
    const format = formatOf(input, options);
    const { columns, rows, rowCount } = await openRows(format, input, options);
    const { sample, all } = await sampled(rows);
    const source = { rows: all, rowCount, rowsRead: 0 };
    return {
      name,
      columns: columns ?? columnsOf(sample),
      inferredTypes:
        format === 'csv' ? inferTypes(columns ?? [], sample.filter(isCsvRow), inferType) : new Map(),
      progress: () => (rowCount === undefined ? input.progress() : source.rowsRead / Math.max(1, rowCount)),
      rows: renamed(name, counted(source)),
      close: async () => {
        await rows.return(undefined);
      },
    };
  });
}

/** @throws TableError that names an input whose format is neither told nor seen from its name */
export async function checkFormats(inputs: readonly Input[], options: TableOptions): Promise<void> {
  for (const input of inputs) {
    await named(input.fingerprint.name, async () => formatOf(input, options));
  }
}

/** @throws TableError that names a column which the table does not have */
export function checkColumns(
  table: Table,
  asked: readonly (readonly [option: string, column: string])[],
): void {
  const known = new Set(table.columns);
  for (const [option, column] of asked) {
    if (!known.has(column)) {
      const has = table.columns.length === 0 ? 'none' : table.columns.join(', ');
      throw new TableError(`${titleOf(table.name)} has no column ${column} (${option}); its columns: ${has}`);
    }
  }
}

interface OpenRows {
  readonly columns?: readonly string[];
  readonly rowCount?: number;
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

async function openRows(format: TableFormat, input: Input, options: TableOptions): Promise<OpenRows> {
  const { name } = input.fingerprint;
  switch (format) {
    case 'csv':
      return openCsv(input.bytes(), options);
    case 'ndjson':
      return { rows: ndjsonRows(input.bytes()) };
    case 'parquet':
      if (name === STANDARD_INPUT) {
        throw new TableError('Parquet is read from its end, so it must be a file');
      }
      return openParquet(name);
  }
}

function formatOf({ isParquet, bareName }: Input, { format }: TableOptions): TableFormat {
  if (format !== undefined) {
    return format;
  }
  if (isParquet) {
    return 'parquet';
  }
  const ending = /\.(\w+)$/.exec(bareName)?.[1]?.toLowerCase();
  switch (ending) {
    case 'csv':
      return 'csv';
    case 'ndjson':
    case 'jsonl':
    case 'json':
      return 'ndjson';
    case 'parquet':
      return 'parquet';
    default:
      throw new TableError(`its name does not tell its format: say --format ${TABLE_FORMATS.join(', ')}`);
  }
}

/** Takes rows from the front to look at; they are given again. */
async function sampled(
  rows: AsyncGenerator<readonly TableRow[]>,
): Promise<{ sample: readonly TableRow[]; all: AsyncIterable<readonly TableRow[]> }> {
  const taken: (readonly TableRow[])[] = [];
  let count = 0;
  let failure: unknown;
  while (count < SAMPLE_ROWS) {
    try {
      const { value, done } = await rows.next();
      if (done) {
        break;
      }
      taken.push(value);
      count += value.length;
    } catch (error) {
      if (count === 0) {
        throw error;
      }
      // What was read before it is still loaded.
      failure = error;
      break;
    }
  }
  const sample = taken.flat();
  async function* all(): AsyncGenerator<readonly TableRow[]> {
    yield* taken.splice(0);
    if (failure !== undefined) {
      throw failure;
    }
    yield* rows;
  }
  return { sample, all: all() };
}

async function* counted(source: {
  readonly rows: AsyncIterable<readonly TableRow[]>;
  rowsRead: number;
}): AsyncGenerator<readonly TableRow[]> {
  for await (const rows of source.rows) {
    source.rowsRead += rows.length;
    yield rows;
  }
}

function columnsOf(sample: readonly TableRow[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of sample) {
    for (const column of row instanceof JsonRow ? row.columns() : []) {
      columns.add(column);
    }
  }
  return [...columns];
}

function isCsvRow(row: TableRow): row is CsvRow {
  return row instanceof CsvRow;
}

async function* renamed<T>(name: string, rows: AsyncGenerator<T>): AsyncGenerator<T> {
  for (;;) {
    const next = await named(name, () => rows.next());
    if (next.done) {
      return;
    }
    yield next.value;
  }
}

async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TableError ? new TableError(`${titleOf(name)}: ${error.message}`) : error;
  }
}
