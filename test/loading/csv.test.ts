import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnPlan } from '../../src/loading/column-plan.js';
import type { ColumnType } from '../../src/loading/column-type.js';
import { openCsv } from '../../src/loading/csv.js';
import { Rejection, type TableRow } from '../../src/loading/table-row.js';
import { allRows } from '../support/all-rows.js';

const OPTIONS = { delimiter: ',', nullText: '' };

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield Buffer.from(bytes.subarray(at, at + size));
  }
}

async function read(
  text: string | Buffer,
  { size = 1_000_000, options = OPTIONS } = {},
): Promise<{ columns: readonly string[]; rows: readonly TableRow[] }> {
  const { columns, rows } = await openCsv(inPieces(Buffer.from(text), size), options);
  return { columns, rows: await allRows(rows) };
}

async function traits(text: string, types: Record<string, ColumnType> = {}, options = OPTIONS) {
  const plan = new ColumnPlan({ idColumns: ['id'], types: new Map(Object.entries(types)) });
  const { rows } = await read(text, { options });
  return rows.map((row) => {
    const mapped = row.map(plan);
    return mapped instanceof Rejection ? mapped.reason : mapped.traits;
  });
}

describe('a row of CSV', () => {
  it('has null for an empty cell, and empty text for an empty pair of quotes', async () => {
    expect(await traits('id,A,B\nx,,""\n')).toEqual(['{"A":null,"B":""}']);
  });

  it('has null for the text that stands for it, unless that is quoted', async () => {
    const options = { delimiter: ',', nullText: '\\N' };
    expect(await traits('id,A,B\nx,\\N,"\\N"\n', {}, options)).toEqual(['{"A":null,"B":"\\\\N"}']);
  });

  it('keeps the text of an id as it is, whatever it looks like', async () => {
    const { rows } = await read('id,A\n0042,1\n1e3,1\n"a,b",1\n');
    const plan = new ColumnPlan({ idColumns: ['id'] });
    expect(rows.map((row) => row.map(plan))).toMatchObject([
      { ids: ['0042'] },
      { ids: ['1e3'] },
      { ids: ['a,b'] },
    ]);
  });

  it('has values of the types of its columns, digit for digit', async () => {
    const types = { N: 'number', B: 'boolean', J: 'json', S: 'string' } as const;
    expect(await traits('id,N,B,J,S\nx,10.10,TRUE,"{""a"": [1, 2]}",007\n', types)).toEqual([
      '{"N":10.10,"B":true,"J":{"a":[1,2]},"S":"007"}',
    ]);
    expect(await traits('id,N\nx,ten\n', types)).toEqual([
      "column N: the value is not of type number; --type 'N=string' takes any",
    ]);
  });

  it('may be written with other delimiters, line ends and a byte order mark', async () => {
    const options = { delimiter: ';', nullText: '' };
    expect(await traits('\u{feff}id;A\r\nx;"a;b"\r\n\r\ny;ü€😀', {}, options)).toEqual([
      '{"A":"a;b"}',
      '{"A":"ü€😀"}',
    ]);
  });
});

describe('a malformed row of CSV', () => {
  it('costs itself and no other: cells too few or too many', async () => {
    expect(await traits('id,A\nx,1\ny\nz,1,2\nw,4\n')).toEqual([
      '{"A":"1"}',
      'it has 1 cells, and the header has 2',
      'it has 3 cells, and the header has 2',
      '{"A":"4"}',
    ]);
  });

  it('costs its own line where a quote is not closed, wherever the next quote is', async () => {
    const broken = 'a quote in it is not closed, or closed in the wrong place';
    expect(await traits('id,A\nx,"1\ny,2\nz,"3"\nw,4\n')).toEqual([
      broken,
      '{"A":"2"}',
      '{"A":"3"}',
      '{"A":"4"}',
    ]);
    expect(await traits('id,A\nx,"1\ny,2\n')).toEqual([broken, '{"A":"2"}']);
    expect(await traits('id,A\nx,"1"2\ny,2\n')).toEqual([broken, '{"A":"2"}']);
  });

  it('is told by its own text', async () => {
    const { rows } = await read('id,A\nx,"1\ny,2\n');
    expect(rows.map((row) => row.text())).toEqual(['x,"1', 'y,2']);
  });

  it('is one that is not UTF-8', async () => {
    const { rows } = await read(
      Buffer.concat([Buffer.from('id,A\nx,'), Buffer.from([0xff]), Buffer.from('\ny,1\n')]),
    );
    const plan = new ColumnPlan({ idColumns: ['id'] });
    expect(rows.map((row) => row.map(plan))).toMatchObject([{ reason: 'it is not UTF-8' }, { ids: ['y'] }]);
  });
});

describe('a header of CSV', () => {
  it.each([
    ['', 'it is empty: the first line names the columns'],
    ['a,,c\n', 'column 2 has no name in the header'],
    ['a,b,a\n', 'the header names a twice'],
    ['a,"b\n1,2\n', 'the header is not CSV: a quote in it is not closed, or closed in the wrong place'],
  ])('is refused where it is %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('any CSV', () => {
  it('is read as csv-parse reads it, in pieces of any size', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', 'a,b', 'x"y', 'two\nlines', 'two\r\nlines', '0', 'é'),
    );
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (cells, size, quotesAll) => {
          const width = cells[0]?.length ?? 0;
          const columns = Array.from({ length: width }, (_, index) => `c${index}`);
          const write = (text: string) =>
            quotesAll || /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
          const text = [columns, ...cells].map((row) => row.map(write).join(',')).join('\n');
          const expected: string[][] = parse(text, { from_line: 2 });
          const plan = new ColumnPlan({ idColumns: ['c0'] });
          const { rows } = await read(text, { size });
          const found = rows.map((row) => {
            const mapped = row.map(plan);
            return mapped instanceof Rejection
              ? [mapped.reason]
              : [mapped.ids[0], ...Object.values(JSON.parse(mapped.traits))];
          });
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});
