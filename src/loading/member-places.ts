/** Where the members of a JSON object are in its bytes: four places a member, found in one scan. */

import { hasSpaceBetweenTokens } from '../json/compact.js';
import { NOT_JSON, skipJson, skipName, skipScalar, skipSpace, skipString } from '../json/is-json.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** The places of a member: of its name with the quotes, and of its value. */
const PLACES = 4;

/**
 * Finds the members of an object, and checks on the way that it is JSON.
 * @param places filled with four numbers a member
 * @returns the number of members, or NOT_JSON
 */
export function findMembers(bytes: Buffer, places: number[]): number {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) {
    return NOT_JSON;
  }
  at = skipSpace(bytes, at + 1);
  let filled = 0;
  if (bytes[at] === CLOSE_BRACE) {
    return skipSpace(bytes, at + 1) === bytes.length ? 0 : NOT_JSON;
  }
  for (;;) {
    const name = at;
    const colonEnd = skipName(bytes, name);
    if (colonEnd === NOT_JSON) {
      return NOT_JSON;
    }
    const start = skipSpace(bytes, colonEnd);
    const code = bytes[start] ?? 0;
    const isNested = opens(code);
    const end = isNested ? skipJson(bytes, start) : skipScalar(bytes, start, code);
    if (end === NOT_JSON) {
      return NOT_JSON;
    }
    places[filled] = name;
    // Without white space between them the colon stands behind the name's last quote.
    places[filled + 1] = bytes[colonEnd - 2] === QUOTE ? colonEnd - 1 : skipString(bytes, name);
    places[filled + 2] = start;
    places[filled + 3] = isNested ? withoutSpaceBehind(bytes, end) : end;
    filled += PLACES;
    at = skipSpace(bytes, end);
    const next = bytes[at];
    if (next === CLOSE_BRACE) {
      return skipSpace(bytes, at + 1) === bytes.length ? filled / PLACES : NOT_JSON;
    }
    if (next !== COMMA) {
      return NOT_JSON;
    }
    at = skipSpace(bytes, at + 1);
  }
}

function withoutSpaceBehind(bytes: Buffer, end: number): number {
  let at = end;
  while ((bytes[at - 1] ?? 0) <= SPACE) {
    at -= 1;
  }
  return at;
}

/** Whether the row is written without white space between its tokens. */
export function isCompact(bytes: Buffer, places: readonly number[], count: number): boolean {
  let expected = 1;
  for (let member = 0; member < count; member += 1) {
    const start = startOf(places, member);
    const end = endOf(places, member);
    if (
      nameStart(places, member) !== expected ||
      nameEnd(places, member) !== start - 1 ||
      bytes[start - 1] !== COLON
    ) {
      return false;
    }
    const code = bytes[start] ?? 0;
    if (opens(code) && hasSpaceBetweenTokens(bytes, start, end)) {
      return false;
    }
    expected = end + 1;
  }
  return true;
}

/** Whether a value that starts with this byte has values in it. */
function opens(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET;
}

export function nameStart(places: readonly number[], member: number): number {
  return places[member * PLACES] ?? 0;
}

export function nameEnd(places: readonly number[], member: number): number {
  return places[member * PLACES + 1] ?? 0;
}

export function startOf(places: readonly number[], member: number): number {
  return places[member * PLACES + 2] ?? 0;
}

export function endOf(places: readonly number[], member: number): number {
  return places[member * PLACES + 3] ?? 0;
}
