/** Types of columns: what text becomes which JSON value. Nothing is rounded, trimmed or read in two ways. */

import { parseCompactJson } from '../json/compact.js';

export const COLUMN_TYPES = ['string', 'number', 'integer', 'boolean', 'json'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** RFC 8259. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const TRUE = /^(?:true|TRUE|True)$/;
const FALSE = /^(?:false|FALSE|False)$/;
/** What JSON.stringify escapes: quotes, backslashes, control characters, and halves of surrogate pairs. Whole pairs are met too. */
const NEEDS_ESCAPE = /["\\]|[^ -\ud7ff\ue000-\uffff]/;

/** Digits that a double holds, whatever they are: what has more is not taken for a number by itself. */
const MAX_INFERRED_DIGITS = 15;
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const PLAIN_DECIMAL = /^-?(?:0|[1-9]\d*)\.\d+$/;

/** The JSON of a text that stands in a column of a type; undefined where it does not fit. */
export function jsonOf(type: ColumnType, text: string): string | undefined {
  switch (type) {
    case 'string':
      return quote(text);
    case 'number':
      return NUMBER.test(text) ? text : undefined;
    case 'integer':
      return INTEGER.test(text) ? text : undefined;
    case 'boolean':
      return TRUE.test(text) ? 'true' : FALSE.test(text) ? 'false' : undefined;
    case 'json':
      return parseCompactJson(text);
  }
}

/** The JSON string of a text. */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/**
 * The type that all these texts of a column have. Text that would lose something as a number is a string: leading zeros,
 * more than 15 digits, exponents, a plus. A column without any text is one of strings.
 */
export function inferType(texts: Iterable<string>): ColumnType {
  let type: ColumnType | undefined;
  for (const text of texts) {
    const found = typeOf(text);
    if (type === undefined || type === found) {
      type = found;
    } else if (isNumeric(type) && isNumeric(found)) {
      type = 'number';
    } else {
      return 'string';
    }
  }
  return type ?? 'string';
}

function typeOf(text: string): ColumnType {
  if (PLAIN_INTEGER.test(text)) {
    return 'integer';
  }
  if (PLAIN_DECIMAL.test(text) && text.replace(/\D/g, '').length <= MAX_INFERRED_DIGITS) {
    return 'number';
  }
  return TRUE.test(text) || FALSE.test(text) ? 'boolean' : 'string';
}

function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'number';
}
