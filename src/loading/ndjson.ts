/** NDJSON: one JSON object a line. */

import { JsonRow, JsonRowShape } from './json-row.js';
import { BrokenRow, type TableRow } from './table-row.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
/** Longest row; what Redis takes in one value is more, and what a gateway serves of one profile is less. */
export const MAX_ROW_BYTES = 16 * 1024 * 1024;
const TOO_LONG = `it is longer than ${MAX_ROW_BYTES / 1024 ** 2} MiB`;
/** As much of a row that is too long as the file of rejected rows shall have. */
const SHOWN_BYTES = 1_000;

/** @returns the rows, as many at a time as one piece of the input has. Blank lines are none. */
export async function* ndjsonRows(input: AsyncIterable<Buffer>): AsyncGenerator<readonly TableRow[]> {
  const shape = new JsonRowShape();
  /** The beginning of a line whose end has not come yet. */
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isSkipping = false;
  for await (const piece of input) {
    const rows: TableRow[] = [];
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      const rest = piece.subarray(start, end);
      if (isSkipping) {
        isSkipping = false;
      } else {
        addRow(rows, pending.length === 0 ? rest : Buffer.concat([...pending, rest]), shape);
      }
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < piece.length && !isSkipping) {
      pending.push(piece.subarray(start));
      pendingBytes += piece.length - start;
    }
    if (pendingBytes > MAX_ROW_BYTES) {
      rows.push(new BrokenRow(Buffer.concat(pending).toString('utf8', 0, SHOWN_BYTES), TOO_LONG));
      isSkipping = true;
      pending = [];
      pendingBytes = 0;
    }
    if (rows.length > 0) {
      yield rows;
    }
  }
  const last: TableRow[] = [];
  addRow(last, Buffer.concat(pending), shape);
  if (last.length > 0) {
    yield last;
  }
}

function addRow(rows: TableRow[], line: Buffer, shape: JsonRowShape): void {
  const bytes = line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  if (bytes.some((byte) => byte > SPACE)) {
    rows.push(new JsonRow(bytes, shape));
  }
}
