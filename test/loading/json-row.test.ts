import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnPlan, type ColumnPlanOptions } from '../../src/loading/column-plan.js';
import { JsonRow, JsonRowShape } from '../../src/loading/json-row.js';
import { Rejection } from '../../src/loading/table-row.js';

const PLAN = new ColumnPlan({ idColumns: ['id'] });

function map(line: string | Buffer, plan: Partial<ColumnPlanOptions> = {}, shape = new JsonRowShape()) {
  return new JsonRow(Buffer.from(line), shape).map(new ColumnPlan({ idColumns: ['id'], ...plan }));
}

/** The reason why a row is refused. */
function refusal(line: string | Buffer, plan: Partial<ColumnPlanOptions> = {}): string {
  const mapped = map(line, plan);
  return mapped instanceof Rejection ? mapped.reason : `not refused: ${JSON.stringify(mapped)}`;
}

describe('a row of NDJSON', () => {
  it('becomes an id and the text of the other members as they are written', () => {
    expect(map('{"id":"u-1","A":12345678901234567890,"B":10.10,"C":[1E+2,{"D":null}]}')).toEqual({
      ids: ['u-1'],
      traits: '{"A":12345678901234567890,"B":10.10,"C":[1E+2,{"D":null}]}',
    });
  });

  it('may have its id anywhere, and nothing else', () => {
    expect(map('{"A":1,"id":"x","B":2}')).toMatchObject({ ids: ['x'], traits: '{"A":1,"B":2}' });
    expect(map('{"A":1,"id":"x"}')).toMatchObject({ traits: '{"A":1}' });
    expect(map('{"id":"x"}')).toMatchObject({ traits: '{}' });
  });

  it('may have a number for an id, whose digits are kept', () => {
    expect(map('{"id":12345678901234567890}')).toMatchObject({ ids: ['12345678901234567890'] });
  });

  it('has no id where that is null or absent', () => {
    expect(map('{"id":null,"A":1}')).toMatchObject({ ids: [undefined] });
    expect(map('{"A":1}')).toMatchObject({ ids: [undefined] });
  });

  it('is written as JSON.stringify would write it, whatever its spaces and escapes', () => {
    expect(map('{ "id" : "x" , "A" : [ 1 , {"B": " a  b "} ] ,\t"caf\\u00e9":"\\/\\u20ac" }')).toMatchObject({
      traits: '{"A":[1,{"B":" a  b "}],"café":"/€"}',
    });
  });

  it('has the later of two members with one name, at the place of the first', () => {
    expect(map('{"A":1,"B":2,"A":3,"id":"x"}')).toMatchObject({ traits: '{"A":3,"B":2}' });
  });

  it('keeps __proto__ a name like any other', () => {
    expect(map('{"id":"x","__proto__":{"a":1}}')).toMatchObject({ traits: '{"__proto__":{"a":1}}' });
  });

  it('keeps the columns asked for, the id among them where it is named', () => {
    const row = '{"id":"x","A":1,"B":2,"C":3}';
    expect(map(row, { columns: ['id', 'C', 'A'] })).toMatchObject({ traits: '{"id":"x","A":1,"C":3}' });
    expect(map(row, { exclude: ['A', 'C'] })).toMatchObject({ traits: '{"B":2}' });
  });

  it('has values of the types asked for', () => {
    const types = new Map([
      ['ZIP', 'string'],
      ['N', 'number'],
      ['J', 'json'],
    ] as const);
    expect(map('{"id":"x","A":1,"ZIP":90210,"N":"12.50","J":"{\\"a\\": 1}","B":2}', { types })).toMatchObject(
      {
        traits: '{"A":1,"ZIP":"90210","N":12.50,"J":{"a":1},"B":2}',
      },
    );
    expect(map('{"id":"x","N":null}', { types })).toMatchObject({ traits: '{"N":null}' });
    expect(refusal('{"id":"x","N":"a lot"}', { types })).toBe(
      "column N: the value is not of type number; --type 'N=string' takes any",
    );
  });

  it.each([
    ['{"id":"x"', 'it is not JSON'],
    ['{"id":"x"} {"id":"y"}', 'it is not JSON'],
    ['{"id":"x","A":01}', 'it is not JSON'],
    ['{"id":"x",}', 'it is not JSON'],
    ['[1]', 'it is a JSON array: NDJSON has one object a line (jq -c .[] makes lines of an array)'],
    ['"x"', 'it is not a JSON object'],
    ['{"id":true}', 'column id: an id must be text or a number'],
    ['{"id":{"a":1}}', 'column id: an id must be text or a number'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'it is not UTF-8'],
  ])('is refused where it is %s', (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });

  it('may have other columns than the row before', () => {
    const shape = new JsonRowShape();
    const traits = [
      '{"id":"1","A":1}',
      '{"A":2,"id":"2"}',
      '{"id":"3","AB":3}',
      '{"id":"4","A":4,"B":5}',
    ].map((line) => new JsonRow(Buffer.from(line), shape).map(PLAN));
    expect(traits).toEqual([
      { ids: ['1'], traits: '{"A":1}' },
      { ids: ['2'], traits: '{"A":2}' },
      { ids: ['3'], traits: '{"AB":3}' },
      { ids: ['4'], traits: '{"A":4,"B":5}' },
    ]);
  });

  it('comes to what JSON.parse and JSON.stringify make of it, for any ordinary row in any spelling', () => {
    // Names that are whole numbers are put first by JSON.parse: here they stay where they were.
    const name = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/^\d+$/.test(text) && text !== '__proto__');
    const row = fc.dictionary(name, fc.jsonValue(), { maxKeys: 8 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.boolean(), (rows, isSpaced) => {
        const shape = new JsonRowShape();
        for (const values of rows) {
          const { id: _, ...traits } = values;
          const text = JSON.stringify({ id: 'x', ...traits }, undefined, isSpaced ? '\t' : undefined);
          const line = Buffer.from(text.replaceAll('\n', ' '));
          const mapped = new JsonRow(line, shape).map(PLAN);
          expect(mapped).toMatchObject({ ids: ['x'] });
          const expected = JSON.stringify(JSON.parse(JSON.stringify(traits)));
          if (!(mapped instanceof Rejection)) {
            expect(mapped.traits).toBe(expected);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
