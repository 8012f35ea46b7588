import type { ColumnPlan } from './column-plan.js';

/** What a row of a table comes to: its ids, and the JSON of its traits. */
export interface MappedRow {
  /** One for each id column of the plan, in their order; undefined where the row has none. */
  readonly ids: readonly (string | undefined)[];
  /** A JSON object. */
  readonly traits: string;
}

/** Why a row cannot be loaded: a sentence that names columns, never values. */
export class Rejection {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** One row of a table, whatever its format. */
export interface TableRow {
  /** Takes the row apart as the plan says. */
  map(plan: ColumnPlan): MappedRow | Rejection;
  /** The row as it stands in the table, for the file of rejected rows. */
  text(): string;
}

/** A row that is none: what was found in its place, and why it cannot be read. */
export class BrokenRow implements TableRow {
  readonly #text: string;
  readonly #rejection: Rejection;

  constructor(text: string, reason: string) {
    this.#text = text;
    this.#rejection = new Rejection(reason);
  }

  map(): Rejection {
    return this.#rejection;
  }

  text(): string {
    return this.#text;
  }
}
