/** What becomes of each column of a table. Made once from what was asked; rows are mapped by it. */

import type { ColumnType } from './column-type.js';

/** What becomes of the values of one column. */
export interface ColumnRole {
  /** Place among the plan's id columns; -1 for a column that is none. */
  readonly id: number;
  /** Whether the traits have it. */
  readonly isTrait: boolean;
  /** What its values become; left out, what they are. */
  readonly type?: ColumnType | undefined;
}

export interface ColumnPlanOptions {
  /** In the order in which rows give their ids. */
  readonly idColumns: readonly string[];
  /** The columns that become traits; all but those of ids where it is left out. */
  readonly columns?: readonly string[] | undefined;
  /** Columns that become no traits. */
  readonly exclude?: readonly string[] | undefined;
  /** Types by column, as they were asked for. */
  readonly types?: ReadonlyMap<string, ColumnType> | undefined;
}

export class ColumnPlan {
  readonly idColumns: readonly string[];
  readonly #columns: ReadonlySet<string> | undefined;
  readonly #exclude: ReadonlySet<string>;
  readonly #types: ReadonlyMap<string, ColumnType>;

  constructor({ idColumns, columns, exclude = [], types = new Map() }: ColumnPlanOptions) {
    this.idColumns = idColumns;
    this.#columns = columns === undefined ? undefined : new Set(columns);
    this.#exclude = new Set(exclude);
    this.#types = types;
  }

  roleOf(name: string): ColumnRole {
    const id = this.idColumns.indexOf(name);
    const isAsked = this.#columns === undefined ? id === -1 : this.#columns.has(name);
    return { id, isTrait: isAsked && !this.#exclude.has(name), type: this.#types.get(name) };
  }

  /** The same plan, with types for columns that nobody gave one. */
  withInferred(types: ReadonlyMap<string, ColumnType>): ColumnPlan {
    return new ColumnPlan({
      idColumns: this.idColumns,
      columns: this.#columns && [...this.#columns],
      exclude: [...this.#exclude],
      types: new Map([...types, ...this.#types]),
    });
  }
}

/** @param wanted what the column's type asks for */
export function typeMismatch(column: string, wanted: ColumnType): string {
  return `column ${column}: the value is not of type ${wanted}; --type '${column}=string' takes any`;
}
