import { describe, expect, it } from 'vitest';
import { type ColumnType, inferType, jsonOf } from '../../src/loading/column-type.js';

describe('the type that a column seems to have', () => {
  it.each<[ColumnType, readonly string[]]>([
    ['integer', ['1', '0', '-42', '999999999999999']],
    ['number', ['1.5', '10.10', '-0.25', '0.5']],
    ['number', ['1', '2.5']],
    ['boolean', ['true', 'FALSE', 'True']],
    ['string', []],
    // A ZIP code, an article number, a number of a card, one in Excel's clothes, a phone number, a negative zero.
    ['string', ['90210', '01234']],
    ['string', ['007']],
    ['string', ['1234567890123456']],
    ['string', ['0.1234567890123456']],
    ['string', ['1E5']],
    ['string', ['+441234']],
    ['string', ['-0']],
    ['string', ['2026-11-20']],
    ['string', ['true', '1']],
    ['string', [' 1']],
    ['string', ['1,5']],
    ['string', ['NaN']],
    ['string', ['0x1F']],
    ['string', ['yes', 'no']],
  ])('is %s for %j', (type, texts) => {
    expect(inferType(texts)).toBe(type);
  });
});

describe('a text as JSON', () => {
  it.each<[ColumnType, string, string | undefined]>([
    ['string', 'a"b\\c\n\u0001', '"a\\"b\\\\c\\n\\u0001"'],
    ['string', '', '""'],
    ['number', '1E+2', '1E+2'],
    ['number', '12345678901234567890', '12345678901234567890'],
    ['number', '007', undefined],
    ['number', '', undefined],
    ['number', 'Infinity', undefined],
    ['integer', '1.0', undefined],
    ['integer', '-12', '-12'],
    ['boolean', 'False', 'false'],
    ['boolean', '0', undefined],
    ['json', ' {"a" : 1.0} ', '{"a":1.0}'],
    ['json', '{a:1}', undefined],
    ['json', '', undefined],
  ])('of type %s: %j is %j', (type, text, json) => {
    expect(jsonOf(type, text)).toBe(json);
  });
});
