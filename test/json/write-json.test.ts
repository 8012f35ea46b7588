import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { JsonText } from '../../src/json/json-text.js';
import { writeJson } from '../../src/json/write-json.js';

describe('writeJson', () => {
  it('writes what JSON.stringify writes, for everything without stored text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(writeJson(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('copies stored text as it is', () => {
    const stored = JsonText.check('{ "N": 1.0, "__proto__": 1E+2 }');
    expect(writeJson({ data: { a: stored, b: [stored] } })).toBe(
      '{"data":{"a":{ "N": 1.0, "__proto__": 1E+2 },"b":[{ "N": 1.0, "__proto__": 1E+2 }]}}',
    );
  });

  it('copies stored bytes as they are, whatever stands around them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.boolean()), { maxLength: 5 }),
        (members) => {
          const texts = members.map(([name, value]) => [name, JSON.stringify(value, null, 1)] as const);
          const stored = texts.map(([name, text], index) => {
            const json = JsonText.check(members[index]?.[2] ? text : Buffer.from(text));
            return [name, json ?? expect.fail(text)] as const;
          });
          const expected = `{${texts.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
          const object = JsonText.object(stored);
          expect(object.text).toBe(Buffer.from(expected).toString());
          expect(object.size).toBe(Buffer.byteLength(expected));
          expect(writeJson(['ä', object, '𝄞']).toString()).toBe(
            Buffer.from(`["ä",${expected},"𝄞"]`).toString(),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never copies bytes that are no UTF-8', () => {
    const stored = JsonText.check(Buffer.from([0x22, 0x61, 0xff, 0x22]));
    expect(writeJson({ stored })).toBe('{"stored":"a\ufffd"}');
    expect(JsonText.check(Buffer.from([0xff]))).toBeUndefined();
  });

  it('leaves out members that JSON does not know, and writes errors as they say themselves', () => {
    const error = new GraphQLError('no', { path: ['profile'], extensions: { code: 'BAD_REQUEST' } });
    expect(writeJson({ errors: [error], data: undefined, stringify: writeJson })).toBe(
      '{"errors":[{"message":"no","path":["profile"],"extensions":{"code":"BAD_REQUEST"}}]}',
    );
  });
});
