/** Values of Parquet as JSON, nothing rounded: decimals and 64-bit integers keep their digits, times are ISO 8601 in UTC. */

import { isUtf8 } from 'node:buffer';
import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { parseCompactJson } from '../json/compact.js';
import { quote } from './column-type.js';

const MS_A_DAY = 86_400_000;
const DIGITS_OF_MICROSECONDS = 6;
const DIGITS_OF_NANOSECONDS = 9;

/** JSON that is to stay as it is. */
class Json {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What hyparquet shall make of the types that it would make less of. */
export const PARQUET_PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => new Date(Number(millis)).toISOString(),
  timestampFromMicroseconds: (micros) => timestamp(micros, DIGITS_OF_MICROSECONDS),
  timestampFromNanoseconds: (nanos) => timestamp(nanos, DIGITS_OF_NANOSECONDS),
  dateFromDays: (days) => new Date(days * MS_A_DAY).toISOString().slice(0, 'YYYY-MM-DD'.length),
  jsonFromBytes: (bytes) => {
    const text = bytes && Buffer.from(bytes).toString('utf8');
    return text && new Json(parseCompactJson(text) ?? quote(text));
  },
};

/**
 * The scale of each column of decimals, which are taken out of the schema: hyparquet would make doubles of them.
 * Decimals within lists and structures stay what it makes of them.
 * @param metadata changed
 */
export function takeDecimals({ schema }: FileMetaData): ReadonlyMap<string, number> {
  const scales = new Map<string, number>();
  for (const element of topLevel(schema)) {
    if (element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL') {
      scales.set(element.name, element.scale ?? 0);
      delete element.converted_type;
      delete element.logical_type;
    }
  }
  return scales;
}

/** The columns of a table: the children of the schema's root. */
function topLevel(schema: readonly SchemaElement[]): readonly SchemaElement[] {
  const columns: SchemaElement[] = [];
  for (let at = 1; at < schema.length; at = behind(schema, at)) {
    const element = schema[at];
    if (element !== undefined) {
      columns.push(element);
    }
  }
  return columns;
}

/** The place behind an element and all that is in it. */
function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child += 1) {
    next = behind(schema, next);
  }
  return next;
}

/** @param scale of a column of decimals */
export function parquetJson(value: unknown, scale?: number): string {
  if (value === undefined || value === null) {
    return 'null';
  }
  if (scale !== undefined) {
    return decimal(value, scale);
  }
  if (typeof value === 'string') {
    return quote(value);
  }
  if (value instanceof Json) {
    return value.text;
  }
  if (typeof value === 'bigint') {
    return String(value);
  }
  if (typeof value !== 'object') {
    return JSON.stringify(value) ?? 'null';
  }
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    return quote(bytes.toString(isUtf8(bytes) ? 'utf8' : 'base64'));
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, (item) => parquetJson(item)).join(',')}]`;
  }
  return `{${Object.entries(value)
    .map(([name, member]) => `${quote(name)}:${parquetJson(member)}`)
    .join(',')}}`;
}

/** Seconds since 1970 in a smaller unit, to the millisecond, and further where there is more. */
function timestamp(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = ((count % unit) + unit) % unit;
  const seconds = (count - fraction) / unit;
  const start = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length);
  const text = String(fraction).padStart(digits, '0');
  return `${start}.${text.slice(0, 3)}${text.slice(3).replace(/0+$/, '')}Z`;
}

/** An unscaled integer, as a number or its bytes, with its point put in. */
function decimal(value: unknown, scale: number): string {
  const unscaled = value instanceof Uint8Array ? fromBytes(value) : BigInt(String(value));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0
    ? 0n
    : BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}
