import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ColumnPlan } from '../../src/loading/column-plan.js';
import { openParquet } from '../../src/loading/parquet.js';
import { Rejection } from '../../src/loading/table-row.js';
import { allRows } from '../support/all-rows.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-parquet-'));
  file = join(folder, 'table.parquet');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function traitsOf(options: Parameters<typeof parquetWriteBuffer>[0]): Promise<unknown[]> {
  await writeFile(file, Buffer.from(parquetWriteBuffer(options)));
  const { rows } = await openParquet(file);
  const plan = new ColumnPlan({ idColumns: ['id'] });
  return (await allRows(rows)).map((row) => {
    const mapped = row.map(plan);
    return mapped instanceof Rejection ? mapped.reason : [mapped.ids[0], mapped.traits];
  });
}

describe('a row of Parquet', () => {
  it('has its values as they are: text, numbers, 64-bit integers, booleans, nulls', async () => {
    expect(
      await traitsOf({
        columnData: [
          { name: 'id', data: ['x', 'y'], type: 'STRING' },
          { name: 'S', data: ['zwölf "12"', null], type: 'STRING', nullable: true },
          { name: 'I', data: [1, -2], type: 'INT32' },
          { name: 'L', data: [9223372036854775807n, -1n], type: 'INT64' },
          { name: 'D', data: [0.1, 1e21], type: 'DOUBLE' },
          { name: 'B', data: [true, false], type: 'BOOLEAN' },
        ],
      }),
    ).toEqual([
      ['x', '{"S":"zwölf \\"12\\"","I":1,"L":9223372036854775807,"D":0.1,"B":true}'],
      ['y', '{"S":null,"I":-2,"L":-1,"D":1e+21,"B":false}'],
    ]);
  });

  it('has decimals with all their digits, times in UTC, dates, and JSON as it was written', async () => {
    expect(
      await traitsOf({
        schema: [
          { name: 'root', num_children: 6 },
          { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
          {
            name: 'M',
            type: 'INT64',
            repetition_type: 'OPTIONAL',
            converted_type: 'DECIMAL',
            scale: 2,
            precision: 18,
          },
          { name: 'T', type: 'INT64', repetition_type: 'REQUIRED', converted_type: 'TIMESTAMP_MICROS' },
          { name: 'U', type: 'INT64', repetition_type: 'REQUIRED', converted_type: 'TIMESTAMP_MILLIS' },
          { name: 'D', type: 'INT32', repetition_type: 'REQUIRED', converted_type: 'DATE' },
          { name: 'J', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'JSON' },
        ],
        columnData: [
          { name: 'id', data: [12345678901234567n, 2n, 3n] },
          { name: 'M', data: [1234567890123456789n, -5n, null] },
          { name: 'T', data: [1763626500123456n, 1763626500123000n, -1n] },
          { name: 'U', data: [1763626500123n, 0n, -1n] },
          { name: 'D', data: [20412, 0, -1] },
          { name: 'J', data: [{ a: [1, 'x'] }, [null], 'text'] },
        ],
      } as Parameters<typeof parquetWriteBuffer>[0]),
    ).toEqual([
      [
        '12345678901234567',
        '{"M":12345678901234567.89,"T":"2025-11-20T08:15:00.123456Z","U":"2025-11-20T08:15:00.123Z","D":"2025-11-20","J":{"a":[1,"x"]}}',
      ],
      [
        '2',
        '{"M":-0.05,"T":"2025-11-20T08:15:00.123Z","U":"1970-01-01T00:00:00.000Z","D":"1970-01-01","J":[null]}',
      ],
      [
        '3',
        '{"M":null,"T":"1969-12-31T23:59:59.999999Z","U":"1969-12-31T23:59:59.999Z","D":"1969-12-31","J":"text"}',
      ],
    ]);
  });

  it('has decimals of more digits than a number holds, and lists and structures', async () => {
    const decimal = { converted_type: 'DECIMAL', scale: 3, precision: 38 } as const;
    const options = {
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'M', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, repetition_type: 'REQUIRED', ...decimal },
        { name: 'L', converted_type: 'LIST', num_children: 1, repetition_type: 'OPTIONAL' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'id', data: ['x', 'y'] },
        { name: 'M', data: [12345678901234567890123456789012345678n, -1n] },
        { name: 'L', data: [[1n, null, 9007199254740993n], null] },
      ],
    };
    expect(await traitsOf(options as Parameters<typeof parquetWriteBuffer>[0])).toEqual([
      ['x', '{"M":12345678901234567890123456789012345.678,"L":[1,null,9007199254740993]}'],
      ['y', '{"M":-0.001,"L":null}'],
    ]);
  });

  it.each(['SNAPPY', 'UNCOMPRESSED', 'GZIP'] as const)('is read from pages packed with %s', async (codec) => {
    const compressors = { GZIP: (bytes: Uint8Array) => gzipSync(bytes) };
    expect(
      await traitsOf({
        codec,
        compressors,
        columnData: [
          { name: 'id', data: ['x'], type: 'STRING' },
          { name: 'A', data: ['a'], type: 'STRING' },
        ],
      }),
    ).toEqual([['x', '{"A":"a"}']]);
  });
});

describe('a file of Parquet', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.from('PAR1 is how it begins, and that is all')],
    ['cut off', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(1000)])],
  ])('is refused where it is %s', async (_, content) => {
    await writeFile(file, content);
    await expect(openParquet(file)).rejects.toThrow('it cannot be read as Parquet: is it one, and whole?');
  });
});
