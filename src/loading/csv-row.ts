/** A row of CSV. An empty cell is null and `""` is empty text, as databases write them. */

import { type ColumnPlan, type ColumnRole, typeMismatch } from './column-plan.js';
import { type ColumnType, jsonOf, quote } from './column-type.js';
import { BARE, CELL_PLACES, QUOTES_DOUBLED } from './csv-record.js';
import { type MappedRow, Rejection, type TableRow } from './table-row.js';

const NOT_ASCII = /[^\0-\x7f]/;
const DOUBLED_QUOTES = /""/g;

/** What is known of every row of a CSV. */
export class CsvShape {
  readonly columns: readonly string[];
  /** Bare text that stands for null, besides none at all. */
  readonly nullText: string;
  #plan: ColumnPlan | undefined;
  #roles: readonly CsvRole[] = [];

  constructor(columns: readonly string[], nullText: string) {
    this.columns = columns;
    this.nullText = nullText;
  }

  /** Of each column. */
  roles(plan: ColumnPlan): readonly CsvRole[] {
    if (this.#plan !== plan) {
      this.#plan = plan;
      this.#roles = this.columns.map((column) => ({
        ...plan.roleOf(column),
        column,
        prefix: `${quote(column)}:`,
      }));
    }
    return this.#roles;
  }
}

interface CsvRole extends ColumnRole {
  readonly column: string;
  /** The member's name and the colon. */
  readonly prefix: string;
}

export class CsvRow implements TableRow {
  /** One character a byte, so that places among the bytes are places in it. */
  readonly #latin1: string;
  readonly #start: number;
  readonly #end: number;
  readonly #cells: readonly number[];
  readonly #shape: CsvShape;

  constructor(latin1: string, start: number, end: number, cells: readonly number[], shape: CsvShape) {
    this.#latin1 = latin1;
    this.#start = start;
    this.#end = end;
    this.#cells = cells;
    this.#shape = shape;
  }

  text(): string {
    return decode(this.#latin1.slice(this.#start, this.#end).replace(/\r?\n$|\r$/, ''));
  }

  map(plan: ColumnPlan): MappedRow | Rejection {
    const { columns, nullText } = this.#shape;
    if (this.#cells.length !== columns.length * CELL_PLACES) {
      return new Rejection(
        `it has ${this.#cells.length / CELL_PLACES} cells, and the header has ${columns.length}`,
      );
    }
    const ids: (string | undefined)[] = new Array(plan.idColumns.length).fill(undefined);
    let traits = '';
    const roles = this.#shape.roles(plan);
    const isAscii = !NOT_ASCII.test(this.#latin1.slice(this.#start, this.#end));
    for (let index = 0; index < roles.length; index += 1) {
      const role = roles[index];
      if (role === undefined || (role.id === -1 && !role.isTrait)) {
        continue;
      }
      const { id, isTrait, type = 'string', prefix } = role;
      const text = this.#cell(index, nullText, isAscii);
      if (id !== -1) {
        ids[id] = text;
      }
      if (isTrait) {
        const value = text === undefined ? 'null' : jsonOf(type, text);
        if (value === undefined) {
          return new Rejection(typeMismatch(role.column, type));
        }
        traits += traits === '' ? prefix + value : `,${prefix}${value}`;
      }
    }
    return { ids, traits: `{${traits}}` };
  }

  /** The text of a cell; undefined for null. */
  cell(index: number): string | undefined {
    return this.#cell(index, this.#shape.nullText, false);
  }

  #cell(index: number, nullText: string, isAscii: boolean): string | undefined {
    const at = index * CELL_PLACES;
    const kind = this.#cells[at + 2];
    const text = this.#latin1.slice(this.#cells[at], this.#cells[at + 1]);
    if (kind === BARE && (text === '' || text === nullText)) {
      return undefined;
    }
    const unquoted = kind === QUOTES_DOUBLED ? text.replace(DOUBLED_QUOTES, '"') : text;
    return !isAscii && NOT_ASCII.test(unquoted) ? decode(unquoted) : unquoted;
  }
}

/** Types of the columns as a sample of rows shows them. */
export function inferTypes(
  columns: readonly string[],
  rows: readonly CsvRow[],
  infer: (texts: Iterable<string>) => ColumnType,
): ReadonlyMap<string, ColumnType> {
  function* texts(index: number): Generator<string> {
    for (const row of rows) {
      const text = row.cell(index);
      if (text !== undefined) {
        yield text;
      }
    }
  }
  return new Map(columns.map((column, index) => [column, infer(texts(index))]));
}

function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
