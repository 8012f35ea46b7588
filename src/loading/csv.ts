/**
 * CSV in pieces of bytes. A row that is malformed costs its own line and no other: where a quote is not closed, or closed
 * in the wrong place, the lines behind it are read as if it had not been there.
 */

import { isUtf8 } from 'node:buffer';
import { CELL_PLACES, INCOMPLETE, MALFORMED, readRecord } from './csv-record.js';
import { CsvRow, CsvShape } from './csv-row.js';
import { MAX_ROW_BYTES } from './ndjson.js';
import { TableError } from './table-error.js';
import { BrokenRow, type TableRow } from './table-row.js';

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface CsvOptions {
  /** Between cells: one ASCII character. */
  readonly delimiter: string;
  /** Bare text that stands for null, besides none at all. */
  readonly nullText: string;
}

export interface CsvTable {
  readonly columns: readonly string[];
  /** As many at a time as one piece of the input has. */
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

/**
 * Reads the header; the rows are read as they are asked for.
 * @throws TableError where there is no header, or it names a column twice or not at all.
 */
export async function openCsv(input: AsyncIterable<Buffer>, options: CsvOptions): Promise<CsvTable> {
  const reader = new CsvReader(input, options);
  const columns = await reader.readHeader();
  return { columns, rows: reader.rows() };
}

class CsvReader {
  readonly #input: AsyncIterator<Buffer>;
  readonly #delimiter: number;
  readonly #nullText: string;
  #shape = new CsvShape([], '');
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #isLast = false;

  constructor(input: AsyncIterable<Buffer>, { delimiter, nullText }: CsvOptions) {
    this.#input = input[Symbol.asyncIterator]();
    this.#delimiter = delimiter.charCodeAt(0);
    this.#nullText = nullText;
  }

  async readHeader(): Promise<readonly string[]> {
    const cells: number[] = [];
    let end = INCOMPLETE;
    while (end === INCOMPLETE) {
      await this.#more();
      end = readRecord(this.#bytes, this.#start(), this.#delimiter, this.#isLast, cells);
      if (end === INCOMPLETE && this.#bytes.length > MAX_ROW_BYTES) {
        end = MALFORMED;
      }
    }
    if (end === MALFORMED) {
      throw new TableError(
        'the header is not CSV: a quote in it is not closed, or closed in the wrong place',
      );
    }
    const start = this.#start();
    const header = new CsvRow(this.#bytes.toString('latin1'), start, end, [...cells], new CsvShape([], ''));
    const columns = Array.from(
      { length: cells.length / CELL_PLACES },
      (_, index) => header.cell(index) ?? '',
    );
    checkHeader(columns);
    this.#at = end;
    this.#shape = new CsvShape(columns, this.#nullText);
    return columns;
  }

  async *rows(): AsyncGenerator<readonly TableRow[]> {
    try {
      do {
        const rows = this.#readPiece();
        if (rows.length > 0) {
          yield rows;
        }
      } while (await this.#more());
    } finally {
      await this.#input.return?.();
    }
  }

  /** Every row that is complete; what is left is kept for the next piece. */
  #readPiece(): TableRow[] {
    const rows: TableRow[] = [];
    const bytes = this.#bytes;
    const latin1 = bytes.toString('latin1');
    const isWellFormed = isUtf8(bytes.subarray(this.#at));
    while (this.#at < bytes.length) {
      const cells: number[] = new Array(this.#shape.columns.length * CELL_PLACES);
      const start = this.#at;
      const end = readRecord(bytes, start, this.#delimiter, this.#isLast, cells);
      const isTooLong = end === INCOMPLETE && bytes.length - start > MAX_ROW_BYTES;
      if (end === INCOMPLETE && !isTooLong) {
        break;
      }
      if (end === MALFORMED || isTooLong || this.#isUneven(cells, start, end)) {
        const lineEnd = bytes.indexOf(LINE_FEED, start);
        this.#at = lineEnd === -1 ? bytes.length : lineEnd + 1;
        rows.push(this.#broken(bytes.subarray(start, this.#at), cells, end === MALFORMED || isTooLong));
        continue;
      }
      this.#at = end;
      if (cells.length === CELL_PLACES && cells[0] === cells[1] && this.#shape.columns.length > 1) {
        // A blank line.
      } else if (isWellFormed || isUtf8(bytes.subarray(start, end))) {
        rows.push(new CsvRow(latin1, start, end, cells, this.#shape));
      } else {
        rows.push(new BrokenRow(bytes.toString('utf8', start, end), 'it is not UTF-8'));
      }
    }
    return rows;
  }

  /** Whether a record of several lines has another number of cells than the header: a quote took them together. */
  #isUneven(cells: readonly number[], start: number, end: number): boolean {
    const newline = this.#bytes.indexOf(LINE_FEED, start);
    return cells.length !== this.#shape.columns.length * CELL_PLACES && newline !== -1 && newline < end - 1;
  }

  #broken(line: Buffer, cells: readonly number[], isMalformed: boolean): BrokenRow {
    return new BrokenRow(
      line.toString('utf8').trimEnd(),
      isMalformed
        ? 'a quote in it is not closed, or closed in the wrong place'
        : `it has ${cells.length / CELL_PLACES} cells, and the header has ${this.#shape.columns.length}`,
    );
  }

  #start(): number {
    return this.#bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
      ? BYTE_ORDER_MARK.length
      : 0;
  }

  /** Appends the next piece to what is left. @returns whether there is anything new to read */
  async #more(): Promise<boolean> {
    if (this.#isLast) {
      return false;
    }
    const { value, done } = await this.#input.next();
    if (done) {
      this.#isLast = true;
    } else {
      const rest = this.#bytes.subarray(this.#at);
      this.#bytes = rest.length === 0 ? value : Buffer.concat([rest, value]);
      this.#at = 0;
    }
    return true;
  }
}

function checkHeader(columns: readonly string[]): void {
  if (columns.length === 1 && columns[0] === '') {
    throw new TableError('it is empty: the first line names the columns');
  }
  const unnamed = columns.indexOf('');
  if (unnamed !== -1) {
    throw new TableError(`column ${unnamed + 1} has no name in the header`);
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) {
    throw new TableError(`the header names ${twice} twice`);
  }
}
