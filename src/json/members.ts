/** Takes the text of a JSON object apart without parsing its values. */

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
  const { text } = json;
  const members = new Map<string, JsonText>();
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) {
    return members;
  }
  at = skipSpace(text, at + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = skipString(text, at);
    const name = readName(text.slice(at, nameEnd));
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    members.set(name, JsonText.trusted(text.slice(start, end)));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== COMMA) {
      break;
    }
    at = skipSpace(text, at + 1);
  }
  return members;
}

function readName(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= SPACE) {
    at += 1;
  }
  return at;
}

/** @returns the place behind the closing quote of the string that starts at `from`. */
function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      return at + 1;
    }
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** @returns the place behind the value that starts at `from`. */
function skipValue(text: string, from: number): number {
  let at = from;
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
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
