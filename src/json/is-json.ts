/**
 * Whether bytes are JSON (RFC 8259), found out without making the values: what JSON.parse takes, this takes, and nothing
 * else. Every stored model is checked before it is copied into a response, so this is the read path's inner loop; and it
 * goes over bytes, because taking a string apart character by character costs V8 a call for each.
 */

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const ONE = 0x31;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_A = 0x61;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** What may stand behind a backslash, `u` and its four digits excepted. */
const ESCAPED = Buffer.from('"\\/bfnrt');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
/** Sets the bit that makes an ASCII letter a small one. */
const TO_LOWER = 0x20;

/** What a scan answers where the text is not JSON; otherwise it answers the place behind what it scanned. */
export const NOT_JSON = -1;
/** What is read behind the last byte: no byte, and less than any. */
const END = -1;

/** @param bytes as UTF-8; what is not well-formed is let through where a string may hold it, as U+FFFD */
export function isJson(bytes: Uint8Array): boolean {
  return skipJson(bytes, 0) === bytes.length;
}

/**
 * A JSON value and the white space around it.
 * @returns the place behind them, or {@link NOT_JSON}
 */
export function skipJson(bytes: Uint8Array, from: number): number {
  /** What closes the arrays and objects that are open, the innermost last: a list, so that no depth overflows the stack. */
  const closers: number[] = [];
  let at = from;
  while (at !== NOT_JSON) {
    at = skipSpace(bytes, at);
    const code = byteAt(bytes, at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      const closer = code === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      const inside = skipSpace(bytes, at + 1);
      if (byteAt(bytes, inside) !== closer) {
        closers.push(closer);
        at = closer === CLOSE_BRACE ? skipName(bytes, inside) : inside;
        continue;
      }
      at = inside + 1;
    } else {
      at = skipScalar(bytes, at, code);
    }
    at = skipClosers(bytes, at, closers);
    if (closers.length === 0) {
      return at;
    }
  }
  return NOT_JSON;
}

/** From behind a value to the place of the next one, over what closes and the comma; to the end where nothing is open. */
function skipClosers(bytes: Uint8Array, from: number, closers: number[]): number {
  if (from === NOT_JSON) {
    return NOT_JSON;
  }
  let at = skipSpace(bytes, from);
  while (closers.length > 0) {
    const closer = closers[closers.length - 1];
    const code = byteAt(bytes, at);
    if (code === COMMA) {
      const next = skipSpace(bytes, at + 1);
      return closer === CLOSE_BRACE ? skipName(bytes, next) : next;
    }
    if (code !== closer) {
      return NOT_JSON;
    }
    closers.pop();
    at = skipSpace(bytes, at + 1);
  }
  return at;
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  let code = byteAt(bytes, at);
  while (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) {
    at += 1;
    code = byteAt(bytes, at);
  }
  return at;
}

/** A member's name and the colon behind it. */
export function skipName(bytes: Uint8Array, from: number): number {
  if (byteAt(bytes, from) !== QUOTE) {
    return NOT_JSON;
  }
  const end = skipString(bytes, from);
  if (end === NOT_JSON) {
    return NOT_JSON;
  }
  const colon = skipSpace(bytes, end);
  return byteAt(bytes, colon) === COLON ? colon + 1 : NOT_JSON;
}

export function skipScalar(bytes: Uint8Array, from: number, code: number): number {
  switch (code) {
    case QUOTE:
      return skipString(bytes, from);
    case LOWER_T:
      return skipWord(bytes, from, TRUE);
    case LOWER_F:
      return skipWord(bytes, from, FALSE);
    case LOWER_N:
      return skipWord(bytes, from, NULL);
    default:
      return skipNumber(bytes, from);
  }
}

function skipWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let index = 0; index < word.length; index += 1) {
    if (byteAt(bytes, from + index) !== word[index]) {
      return NOT_JSON;
    }
  }
  return from + word.length;
}

export function skipString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  let code = byteAt(bytes, at);
  while (code !== QUOTE) {
    if (code === BACKSLASH) {
      at = skipEscape(bytes, at + 1);
      if (at === NOT_JSON) {
        return NOT_JSON;
      }
    } else if (code < SPACE) {
      // A control character, or the end.
      return NOT_JSON;
    } else {
      at += 1;
    }
    code = byteAt(bytes, at);
  }
  return at + 1;
}

/** @param from the place behind the backslash */
function skipEscape(bytes: Uint8Array, from: number): number {
  const code = byteAt(bytes, from);
  if (code === LOWER_U) {
    const end = from + 5;
    for (let at = from + 1; at < end; at += 1) {
      if (!isHexDigit(byteAt(bytes, at))) {
        return NOT_JSON;
      }
    }
    return end;
  }
  return ESCAPED.includes(code) ? from + 1 : NOT_JSON;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = byteAt(bytes, from) === MINUS ? from + 1 : from;
  const first = byteAt(bytes, at);
  if (first === ZERO) {
    at += 1;
  } else if (first >= ONE && first <= NINE) {
    at = skipDigits(bytes, at);
  } else {
    return NOT_JSON;
  }
  if (byteAt(bytes, at) === DOT) {
    at = skipDigits(bytes, at + 1);
  }
  if (at !== NOT_JSON && (byteAt(bytes, at) | TO_LOWER) === LOWER_E) {
    const sign = byteAt(bytes, at + 1);
    at = skipDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  return at;
}

/** One digit at least. */
function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(byteAt(bytes, at))) {
    at += 1;
  }
  return at === from ? NOT_JSON : at;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isHexDigit(code: number): boolean {
  const lower = code | TO_LOWER;
  return isDigit(code) || (lower >= LOWER_A && lower <= LOWER_F);
}

/** Never reads past the end, which V8 would make slow for every read that follows. */
function byteAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? (bytes[at] ?? END) : END;
}
