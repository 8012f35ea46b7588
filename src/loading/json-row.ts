/**
 * A row that is a JSON object. Its traits are cut from its own bytes: a row is never parsed into values, so numbers keep
 * their digits, and most rows are copied in one piece.
 */

import { isUtf8 } from 'node:buffer';
import { compactJson, hasKeptEscapesAlone } from '../json/compact.js';
import { NOT_JSON, skipJson, skipSpace } from '../json/is-json.js';
import { type ColumnPlan, type ColumnRole, typeMismatch } from './column-plan.js';
import { type ColumnType, jsonOf, quote } from './column-type.js';
import { endOf, findMembers, isCompact, nameEnd, nameStart, startOf } from './member-places.js';
import { type MappedRow, Rejection, type TableRow } from './table-row.js';

const OPEN_BRACKET = 0x5b;

/** One column as the rows before had it, so that its name is compared and not looked up. */
interface KnownColumn {
  /** With its quotes, as it was written. */
  readonly name: Buffer;
  readonly column: string;
  readonly role: ColumnRole;
}

/** What is remembered from row to row: rows of one table have the same columns, most often in the same order. */
export class JsonRowShape {
  columns: readonly KnownColumn[] = [];
  plan: ColumnPlan | undefined;
  /** Whether a row of this shape names a column twice. */
  hasDuplicates = false;
  /** Of the row at hand. */
  readonly places: number[] = [];
}

export class JsonRow implements TableRow {
  readonly #bytes: Buffer;
  readonly #shape: JsonRowShape;

  /** @param shape one for all rows of a table */
  constructor(bytes: Buffer, shape: JsonRowShape) {
    this.#bytes = bytes;
    this.#shape = shape;
  }

  text(): string {
    return this.#bytes.toString('utf8');
  }

  /** The names of the row's columns; none where it is not an object. */
  columns(): readonly string[] {
    const count = findMembers(this.#bytes, this.#shape.places);
    return Array.from({ length: Math.max(0, count) }, (_, member) =>
      nameOf(this.#bytes, this.#shape.places, member),
    );
  }

  map(plan: ColumnPlan): MappedRow | Rejection {
    const bytes = this.#bytes;
    if (!isUtf8(bytes)) {
      return new Rejection('it is not UTF-8');
    }
    const { places } = this.#shape;
    const count = findMembers(bytes, places);
    if (count === NOT_JSON) {
      return new Rejection(whyNoObject(bytes));
    }
    const { columns, hasDuplicates } = this.#columns(count, plan);
    const ids: (string | undefined)[] = new Array(plan.idColumns.length).fill(undefined);
    for (let member = 0; member < count; member += 1) {
      const { role, column } = columnAt(columns, member);
      if (role.id !== -1) {
        const id = idOf(bytes, startOf(places, member), endOf(places, member));
        if (id === NO_ID) {
          return new Rejection(`column ${column}: an id must be text or a number`);
        }
        ids[role.id] = id;
      }
    }
    const isCopied = !hasDuplicates && isCompact(bytes, places, count) && hasKeptEscapesAlone(bytes);
    const traits = isCopied
      ? copyMembers(bytes, places, count, columns)
      : writeMembers(bytes, places, count, columns);
    return typeof traits === 'string' ? { ids, traits } : traits;
  }

  /** The columns of the row at hand: those of the row before where the names are the same. */
  #columns(count: number, plan: ColumnPlan): Pick<JsonRowShape, 'columns' | 'hasDuplicates'> {
    const shape = this.#shape;
    if (shape.plan !== plan || !this.#isOfShape(count)) {
      shape.plan = plan;
      shape.columns = Array.from({ length: count }, (_, member) => {
        const column = nameOf(this.#bytes, shape.places, member);
        const name = Buffer.from(
          this.#bytes.subarray(nameStart(shape.places, member), nameEnd(shape.places, member)),
        );
        return { name, column, role: plan.roleOf(column) };
      });
      shape.hasDuplicates = new Set(shape.columns.map(({ column }) => column)).size < count;
    }
    return shape;
  }

  #isOfShape(count: number): boolean {
    const { columns, places } = this.#shape;
    if (columns.length !== count) {
      return false;
    }
    for (let member = 0; member < count; member += 1) {
      const { name } = columnAt(columns, member);
      const start = nameStart(places, member);
      if (nameEnd(places, member) - start !== name.length) {
        return false;
      }
      for (let at = 0; at < name.length; at += 1) {
        if (this.#bytes[start + at] !== name[at]) {
          return false;
        }
      }
    }
    return true;
  }
}

function whyNoObject(bytes: Buffer): string {
  if (bytes[skipSpace(bytes, 0)] === OPEN_BRACKET) {
    return 'it is a JSON array: NDJSON has one object a line (jq -c .[] makes lines of an array)';
  }
  return skipJson(bytes, 0) === bytes.length ? 'it is not a JSON object' : 'it is not JSON';
}

/** For rows that are written as they are to be stored: neighbours that stay are copied together. */
function copyMembers(
  bytes: Buffer,
  places: readonly number[],
  count: number,
  columns: readonly KnownColumn[],
): string | Rejection {
  let text = '{';
  /** Where a run of members that stay begins; -1 while there is none. */
  let runStart = -1;
  for (let member = 0; member < count; member += 1) {
    const { role, column } = columnAt(columns, member);
    const isCopied = role.isTrait && role.type === undefined;
    if (isCopied && runStart === -1) {
      runStart = nameStart(places, member);
    }
    const isRunEnd = runStart !== -1 && (!isCopied || member === count - 1);
    if (isRunEnd) {
      const end = isCopied ? endOf(places, member) : endOf(places, member - 1);
      text += `${text === '{' ? '' : ','}${bytes.toString('utf8', runStart, end)}`;
      runStart = -1;
    }
    if (role.isTrait && role.type !== undefined) {
      const value = typed(bytes, startOf(places, member), endOf(places, member), role.type);
      if (value === undefined) {
        return new Rejection(typeMismatch(column, role.type));
      }
      text += `${text === '{' ? '' : ','}${quote(column)}:${value}`;
    }
  }
  return `${text}}`;
}

/** For all others: of two members with one name the later counts, at the place of the first, as for JSON.parse. */
function writeMembers(
  bytes: Buffer,
  places: readonly number[],
  count: number,
  columns: readonly KnownColumn[],
): string | Rejection {
  const members = new Map<string, string>();
  for (let member = 0; member < count; member += 1) {
    const { role, column } = columnAt(columns, member);
    if (role.isTrait) {
      const start = startOf(places, member);
      const end = endOf(places, member);
      const value =
        role.type === undefined
          ? compactJson(bytes.toString('utf8', start, end))
          : typed(bytes, start, end, role.type);
      if (value === undefined) {
        return new Rejection(typeMismatch(column, role.type ?? 'json'));
      }
      members.set(column, value);
    }
  }
  return `{${Array.from(members, ([name, value]) => `${quote(name)}:${value}`).join(',')}}`;
}

/** A value as the type of its column has it: text is taken for what it says. Null stays null. */
function typed(bytes: Buffer, start: number, end: number, type: ColumnType): string | undefined {
  const text = bytes.toString('utf8', start, end);
  if (text === 'null') {
    return text;
  }
  if (text.startsWith('"')) {
    return jsonOf(type, unquote(text));
  }
  const json = compactJson(text);
  return type === 'json' ? json : jsonOf(type, json);
}

const NO_ID = Symbol('no id');

/** The text of an id, a number's digits as they are written; undefined for null. */
function idOf(bytes: Buffer, start: number, end: number): string | undefined | typeof NO_ID {
  const text = bytes.toString('utf8', start, end);
  if (text.startsWith('"')) {
    return unquote(text);
  }
  if (text === 'null') {
    return undefined;
  }
  return /^[-\d]/.test(text) ? text : NO_ID;
}

function nameOf(bytes: Buffer, places: readonly number[], member: number): string {
  return unquote(bytes.toString('utf8', nameStart(places, member), nameEnd(places, member)));
}

function unquote(text: string): string {
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/** @throws nothing in practice: a shape has a column for each member. */
function columnAt(columns: readonly KnownColumn[], member: number): KnownColumn {
  const column = columns[member];
  if (column === undefined) {
    throw new RangeError('a member without a column');
  }
  return column;
}
