import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJson } from '../../src/json/is-json.js';

function isJsonText(text: string): boolean {
  return isJson(Buffer.from(text));
}

/** The judge: what the language itself takes for JSON. */
function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What JSON is written with, and what is nearly that. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '"a"',
  '"a":',
  '""',
  'true',
  'false',
  'null',
  'nul',
  'True',
  '0',
  '-',
  '1',
  '12',
  '-0',
  '01',
  '.',
  '.5',
  '1.5',
  'e',
  'E+',
  '1e5',
  '1e',
  '+1',
  ' ',
  '\t',
  '\n',
  '\r',
  '\v',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\u0000',
  '\u001f',
  '\u007f',
  '\\n',
  '\\u00e9',
  '\\u12',
  '\\x41',
  "'a'",
  '\u{1f600}',
  'NaN',
  '//',
];

describe('isJson', () => {
  it.each([
    '',
    ' ',
    '{',
    '{}',
    ' { } ',
    '[]',
    '[ ]',
    '{]',
    '[}',
    '[[]]',
    '[[],{}]',
    '{"a":1}',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{"a":1 "b":2}',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1]]',
    '{}{}',
    '1 2',
    '"a"',
    '"a',
    '"\\',
    '"\\"',
    '"\\u"',
    '"\\u12G4"',
    '"\\uD800"',
    '"\\u12',
    '"a\tb"',
    '"\u007f\u2028"',
    '0',
    '-0',
    '00',
    '-',
    '-a',
    '1.',
    '1.0',
    '.1',
    '1e1',
    '1E-1',
    '1e',
    '1e+',
    '1ee1',
    '1.5.5',
    '1e1.5',
    '0x10',
    'true',
    'truer',
    'tru',
    'nulll',
    '\ufeff{}',
    '\u00a0{}',
    '{}\v',
    '{"__proto__":{"a":[]}}',
    '12345678901234567890.12345678901234567890e400',
  ])('says of %j what JSON.parse says', (text) => {
    expect(isJsonText(text)).toBe(parses(text));
  });

  it('takes every JSON value, in any white space', () => {
    const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), space, (value, indent, around) => {
        expect(isJsonText(`${around}${JSON.stringify(value, null, indent)}${around}`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with JSON.parse on text that is nearly JSON', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 9 }), (pieces) => {
        const text = pieces.join('');
        const expected = parses(text);
        taken += expected ? 1 : 0;
        expect(isJsonText(text), text).toBe(expected);
      }),
      { numRuns: 50_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('agrees with JSON.parse on JSON of which one character was changed, put in or left out', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom(...PIECES, ''),
        fc.nat(1),
        (value, where, piece, left) => {
          const text = JSON.stringify(value);
          const at = where % text.length;
          const changed = text.slice(0, at) + piece + text.slice(at + left);
          expect(isJsonText(changed), changed).toBe(parses(changed));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('agrees with JSON.parse on any bytes, as text', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.uint8Array({ maxLength: 4 }).map((inside) => Uint8Array.from([0x22, ...inside, 0x22])),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        expect(isJson(some), String(some)).toBe(parses(Buffer.from(some).toString()));
      }),
      { numRuns: 50_000 },
    );
  });

  it('is not overflowed by depth, and takes time by length alone', () => {
    const deep = 1_000_000;
    expect(isJsonText('['.repeat(deep) + ']'.repeat(deep))).toBe(true);
    expect(isJsonText(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)).toBe(true);
    expect(isJsonText('['.repeat(deep))).toBe(false);
  });
});
