/** Parquet, read a bounded number of rows at a time. */

import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type ColumnPlan, typeMismatch } from './column-plan.js';
import { jsonOf, quote } from './column-type.js';
import { PARQUET_PARSERS, parquetJson, takeDecimals } from './parquet-value.js';
import { TableError } from './table-error.js';
import { type MappedRow, Rejection, type TableRow } from './table-row.js';

/** Rows in memory at a time. */
const ROWS_AT_A_TIME = 10_000;

export interface ParquetTable {
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

/**
 * Reads what a file says of itself; the rows are read as they are asked for.
 * @throws TableError, and so do the rows, where the file is not Parquet, not whole, or uses what cannot be read.
 */
export async function openParquet(file: string): Promise<ParquetTable> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquet(() => parquetMetadataAsync(buffer, { parsers: PARQUET_PARSERS }));
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const shape: ParquetShape = { columns, scales: takeDecimals(metadata) };
  return { columns, rowCount: Number(metadata.num_rows), rows: readRows(buffer, metadata, shape) };
}

async function* readRows(
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
  metadata: FileMetaData,
  shape: ParquetShape,
): AsyncGenerator<readonly TableRow[]> {
  const count = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < count; rowStart += ROWS_AT_A_TIME) {
    const rowEnd = Math.min(rowStart + ROWS_AT_A_TIME, count);
    const rows = await parquet(() =>
      parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors,
        parsers: PARQUET_PARSERS,
        // Bytes that are not said to be text may be none.
        utf8: false,
        useOffsetIndex: true,
      }),
    );
    yield rows.map((values) => new ParquetRow(values, shape));
  }
}

interface ParquetShape {
  readonly columns: readonly string[];
  /** Of the columns that are decimals. */
  readonly scales: ReadonlyMap<string, number>;
}

class ParquetRow implements TableRow {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #shape: ParquetShape;

  constructor(values: Readonly<Record<string, unknown>>, shape: ParquetShape) {
    this.#values = values;
    this.#shape = shape;
  }

  text(): string {
    return `{${this.#shape.columns.map((column) => `${quote(column)}:${this.#json(column)}`).join(',')}}`;
  }

  map(plan: ColumnPlan): MappedRow | Rejection {
    const ids: (string | undefined)[] = new Array(plan.idColumns.length).fill(undefined);
    const traits: string[] = [];
    for (const column of this.#shape.columns) {
      const { id, isTrait, type } = plan.roleOf(column);
      if (id === -1 && !isTrait) {
        continue;
      }
      const json = this.#json(column);
      if (id !== -1) {
        if (!/^["\dn-]/.test(json)) {
          return new Rejection(`column ${column}: an id must be text or a number`);
        }
        ids[id] = json === 'null' ? undefined : textOf(json);
      }
      if (isTrait) {
        const value = type === undefined || json === 'null' ? json : jsonOf(type, textOf(json));
        if (value === undefined) {
          return new Rejection(typeMismatch(column, type ?? 'json'));
        }
        traits.push(`${quote(column)}:${value}`);
      }
    }
    return { ids, traits: `{${traits.join(',')}}` };
  }

  #json(column: string): string {
    return parquetJson(this.#values[column], this.#shape.scales.get(column));
  }
}

/** The text of a JSON string; any other JSON as it is. */
function textOf(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

async function parquet<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new TableError(`it cannot be read as Parquet: is it one, and whole? (${why})`);
  }
}
