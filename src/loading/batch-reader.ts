import type { Position, Progress } from './checkpoint.js';
import type { ColumnPlan } from './column-plan.js';
import type { ColumnType } from './column-type.js';
import type { Input } from './input.js';
import type { KeySet } from './key-set.js';
import type { RejectedRow } from './rejects-file.js';
import { RowMapper, type Write } from './row-mapper.js';
import { checkColumns, openTable, type Table, type TableOptions } from './table.js';
import { Rejection, type TableRow } from './table-row.js';
import { keyOf, type Target } from './target.js';

export interface BatchReaderOptions {
  readonly inputs: readonly Input[];
  readonly tableOptions: TableOptions;
  readonly targets: readonly Target[];
  /** By id column and all that was asked for. */
  readonly plan: ColumnPlan;
  /** Columns that each table must have, with the option that names them. */
  readonly askedColumns: readonly (readonly [option: string, column: string])[];
  /** Rows sent together. */
  readonly batchSize: number;
  /** Where an earlier load has come to. */
  readonly from: Progress;
  /** Gets every key of the tables, those of rows that are done already too. */
  readonly keys?: KeySet | undefined;
}

/** A row of a batch, with its number in its table. */
export interface NumberedRow {
  readonly row: TableRow;
  readonly number: number;
}

/** Rows that are sent to Redis together. */
export interface Batch {
  readonly writes: readonly Write[];
  /** Of each write. */
  readonly rows: readonly NumberedRow[];
  /** Rows that are not sent. */
  readonly rejects: readonly RejectedRow[];
  /** Sent or not. */
  readonly rowCount: number;
  /** Behind its last row. */
  readonly end: Position;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly reject: (row: NumberedRow, reason: string) => RejectedRow;
}

/** The rows of all tables as batches, from where an earlier load has come to. */
export class BatchReader {
  readonly #options: BatchReaderOptions;
  readonly #totalBytes: number;
  #bytesBefore = 0;
  #table: Table | undefined;
  #tableBytes = 0;

  constructor(options: BatchReaderOptions) {
    this.#options = options;
    const sizes = options.inputs.map(({ fingerprint }) => fingerprint.size);
    this.#totalBytes = sizes.includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Part of all tables that was read, 0 to 1; undefined where nobody knows how much there is. */
  fraction(): number | undefined {
    const ofTable = this.#table?.progress() ?? 0;
    return this.#totalBytes === 0
      ? undefined
      : Math.min(1, (this.#bytesBefore + ofTable * this.#tableBytes) / this.#totalBytes);
  }

  /** @throws TableError where a table cannot be read further; every row before that was given */
  async *batches(): AsyncGenerator<Batch> {
    const { inputs, from, keys, tableOptions, askedColumns } = this.#options;
    for (const [index, input] of inputs.entries()) {
      const isDone = index < from.position.input;
      if (!isDone || keys !== undefined) {
        const table = await openTable(input, tableOptions);
        checkColumns(table, askedColumns);
        this.#table = table;
        this.#tableBytes = input.fingerprint.size;
        try {
          yield* this.#batchesOf(table, index, isDone);
        } finally {
          await table.close();
        }
        this.#table = undefined;
      }
      this.#bytesBefore += input.fingerprint.size;
    }
  }

  async *#batchesOf(table: Table, input: number, isDone: boolean): AsyncGenerator<Batch> {
    const { from, targets, plan, batchSize, keys } = this.#options;
    const isGoneOnWith = input === from.position.input;
    const rowsDone = isDone ? Number.POSITIVE_INFINITY : isGoneOnWith ? from.position.rows : 0;
    const types =
      isGoneOnWith && from.position.rows > 0 ? from.types : Object.fromEntries(table.inferredTypes);
    const mapper = new RowMapper(targets, plan.withInferred(new Map(Object.entries(types))));
    let number = 0;
    let batch = new BatchBuilder(table.name, types);
    let failure: unknown;
    try {
      for await (const rows of table.rows) {
        for (const row of rows) {
          number += 1;
          if (number > rowsDone) {
            batch.add({ row, number }, mapper.map(row), keys);
            if (batch.rowCount >= batchSize) {
              yield batch.finish({ input, rows: number });
              batch = new BatchBuilder(table.name, types);
            }
          } else if (keys !== undefined) {
            addKeys(keys, mapper.map(row));
          }
        }
      }
    } catch (error) {
      failure = error;
    }
    if (batch.rowCount > 0) {
      yield batch.finish({ input, rows: number });
    }
    // What came before is loaded.
    if (failure !== undefined) {
      throw failure;
    }
  }
}

class BatchBuilder {
  readonly writes: Write[] = [];
  readonly #rows: NumberedRow[] = [];
  readonly #rejects: RejectedRow[] = [];
  readonly #file: string;
  readonly #types: Batch['types'];
  rowCount = 0;

  constructor(file: string, types: Batch['types']) {
    this.#file = file;
    this.#types = types;
  }

  add(row: NumberedRow, writes: readonly Write[] | Rejection, keys: KeySet | undefined): void {
    this.rowCount += 1;
    if (writes instanceof Rejection) {
      this.#rejects.push(this.#reject(row, writes.reason));
      return;
    }
    for (const write of writes) {
      this.writes.push(write);
      this.#rows.push(row);
    }
    if (keys !== undefined) {
      addKeys(keys, writes);
    }
  }

  finish(end: Position): Batch {
    return {
      writes: this.writes,
      rows: this.#rows,
      rejects: this.#rejects,
      rowCount: this.rowCount,
      end,
      types: this.#types,
      reject: (row, reason) => this.#reject(row, reason),
    };
  }

  #reject({ row, number }: NumberedRow, reason: string): RejectedRow {
    return { file: this.#file, row: number, reason, content: row.text() };
  }
}

function addKeys(keys: KeySet, writes: readonly Write[] | Rejection): void {
  for (const { command } of writes instanceof Rejection ? [] : writes) {
    if (command !== undefined) {
      keys.add(keyOf(command));
    }
  }
}
