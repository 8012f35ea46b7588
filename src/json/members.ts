/** Takes the bytes of a JSON object or array apart without parsing its values. */

import { JsonText } from './json-text.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/**
 * The members of a JSON object, each value as the text it was written in. Of two members with one name the later
 * counts, as it does for JSON.parse. Any other JSON value has no members.
 */
export function membersOf(json: JsonText): ReadonlyMap<string, JsonText> {
  const { bytes } = json;
  const members = new Map<string, JsonText>();
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) {
    return members;
  }
  at = skipSpace(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const nameEnd = skipString(bytes, at);
    const name = readName(bytes, at, nameEnd);
    const start = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const end = skipValue(bytes, start);
    members.set(name, JsonText.trusted(bytes.subarray(start, end)));
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) {
      break;
    }
    at = skipSpace(bytes, at + 1);
  }
  return members;
}

/** The elements of a JSON array, each as the text it was written in. Any other JSON value has none. */
export function elementsOf(json: JsonText): readonly JsonText[] {
  const { bytes } = json;
  const elements: JsonText[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACKET) {
    return elements;
  }
  at = skipSpace(bytes, at + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_BRACKET) {
    const end = skipValue(bytes, at);
    elements.push(JsonText.trusted(bytes.subarray(at, end)));
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) {
      at = skipSpace(bytes, at + 1);
    }
  }
  return elements;
}

function readName(bytes: Buffer, start: number, end: number): string {
  const quoted = bytes.toString('utf8', start, end);
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && byteAt(bytes, at) <= SPACE) {
    at += 1;
  }
  return at;
}

/** @returns the place behind the closing quote of the string that starts at `from`. */
function skipString(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length) {
    const code = byteAt(bytes, at);
    if (code === QUOTE) {
      return at + 1;
    }
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** @returns the place behind the value that starts at `from`. */
function skipValue(bytes: Buffer, from: number): number {
  let at = from;
  let depth = 0;
  while (at < bytes.length) {
    const code = byteAt(bytes, at);
    if (code === QUOTE) {
      at = skipString(bytes, at);
      if (depth === 0) {
        return at;
      }
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) {
        return at;
      }
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    } else if (depth === 0 && (code === COMMA || code <= SPACE)) {
      return at;
    }
    at += 1;
  }
  return at;
}

function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}
