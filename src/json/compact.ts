/** JSON as JSON.stringify would have written it, but for its numbers: those keep their digits. */

import { isJson } from './is-json.js';

const BACKSLASH = 0x5c;
/** What JSON.stringify writes behind a backslash; `\/` and `\u` it writes otherwise, or for few characters alone. */
const KEPT_ESCAPES = Buffer.from('"\\bfnrt');

/** A string with its quotes, or white space between tokens. */
const STRING_OR_SPACE = /"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g;

/** @param text JSON, as it was checked to be; white space goes, strings are escaped no more than they must be */
export function compactJson(text: string): string {
  return text.replace(STRING_OR_SPACE, (token) => {
    if (!token.startsWith('"')) {
      return '';
    }
    return token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token;
  });
}

/** @returns the text compacted, or undefined where it is not JSON */
export function parseCompactJson(text: string): string | undefined {
  return isJson(Buffer.from(text)) ? compactJson(text) : undefined;
}

/** Whether every escape in these bytes of JSON is one that JSON.stringify would have written. */
export function hasKeptEscapesAlone(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(BACKSLASH); at !== -1; at = bytes.indexOf(BACKSLASH, at + 2)) {
    if (!KEPT_ESCAPES.includes(bytes[at + 1] ?? 0)) {
      return false;
    }
  }
  return true;
}

/** Whether white space stands between tokens of these bytes of JSON. */
export function hasSpaceBetweenTokens(bytes: Buffer, start: number, end: number): boolean {
  let inString = false;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (inString) {
      if (code === BACKSLASH) {
        at += 1;
      } else if (code === 0x22) {
        inString = false;
      }
    } else if (code === 0x22) {
      inString = true;
    } else if (code <= 0x20) {
      return true;
    }
  }
  return false;
}
