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

  it('leaves out members that JSON does not know, and writes errors as they say themselves', () => {
    const error = new GraphQLError('no', { path: ['profile'], extensions: { code: 'BAD_REQUEST' } });
    expect(writeJson({ errors: [error], data: undefined, stringify: writeJson })).toBe(
      '{"errors":[{"message":"no","path":["profile"],"extensions":{"code":"BAD_REQUEST"}}]}',
    );
  });
});
