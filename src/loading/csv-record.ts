/** One record of CSV (RFC 4180) in bytes: where its cells are. */

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The places of a cell: where its text starts and ends, and how it is quoted. */
export const CELL_PLACES = 3;
/** Not quoted; an empty one is null. */
export const BARE = 0;
export const QUOTED = 1;
/** Quoted, with quotes in it, each written twice. */
export const QUOTES_DOUBLED = 2;

/** The record goes on behind the bytes at hand. */
export const INCOMPLETE = -1;
/** A quoted cell has something between its last quote and the comma. */
export const MALFORMED = -2;

/**
 * Finds the cells of the record that starts at `from`.
 * @param cells filled with three numbers a cell; its length is that of the record at hand afterwards
 * @param isLast whether nothing comes behind the bytes
 * @returns the place behind the record and the end of its line, INCOMPLETE or MALFORMED
 */
export function readRecord(
  bytes: Buffer,
  from: number,
  delimiter: number,
  isLast: boolean,
  cells: number[],
): number {
  const { length } = bytes;
  let filled = 0;
  let at = from;
  for (;;) {
    let kind = BARE;
    let start = at;
    let end = at;
    if (at < length && bytes[at] === QUOTE) {
      kind = QUOTED;
      start = at + 1;
      at = start;
      for (;;) {
        const quote = bytes.indexOf(QUOTE, at);
        if (quote === -1) {
          return isLast ? MALFORMED : INCOMPLETE;
        }
        if (quote + 1 === length && !isLast) {
          return INCOMPLETE;
        }
        if (bytes[quote + 1] !== QUOTE) {
          end = quote;
          at = quote + 1;
          break;
        }
        kind = QUOTES_DOUBLED;
        at = quote + 2;
      }
    } else {
      while (at < length) {
        const code = bytes[at];
        if (code === delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) {
          break;
        }
        at += 1;
      }
      end = at;
    }
    cells[filled] = start;
    cells[filled + 1] = end;
    cells[filled + 2] = kind;
    filled += CELL_PLACES;
    if (at === length) {
      cells.length = filled;
      return isLast ? at : INCOMPLETE;
    }
    const code = bytes[at];
    if (code === delimiter) {
      at += 1;
      continue;
    }
    if (code === CARRIAGE_RETURN && at + 1 === length && !isLast) {
      return INCOMPLETE;
    }
    if (code === LINE_FEED || code === CARRIAGE_RETURN) {
      cells.length = filled;
      return code === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED ? at + 2 : at + 1;
    }
    return MALFORMED;
  }
}
