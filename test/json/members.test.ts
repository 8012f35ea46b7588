import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonText } from '../../src/json/json-text.js';
import { membersOf } from '../../src/json/members.js';

describe('membersOf', () => {
  it('gives each value as the text it was written in', () => {
    const members = membersOf(
      json('{ "BIG" : 12345678901234567890 , "MONEY":10.10,"NESTED":{"a":[1,{"b":"}"}]} }'),
    );
    expect(texts(members)).toEqual([
      ['BIG', '12345678901234567890'],
      ['MONEY', '10.10'],
      ['NESTED', '{"a":[1,{"b":"}"}]}'],
    ]);
  });

  it('reads names with escapes, and of two members with one name the later', () => {
    const members = membersOf(json('{"na\\u00efve":1,"q\\"uote":"\\\\","naïve":2}'));
    expect(texts(members)).toEqual([
      ['naïve', '2'],
      ['q"uote', '"\\\\"'],
    ]);
  });

  it('keeps names that JavaScript treats specially', () => {
    expect(membersOf(json('{"__proto__":{"admin":true}}')).get('__proto__')?.text).toBe('{"admin":true}');
  });

  it('finds no members in anything but an object', () => {
    for (const text of ['[1,2]', '"text"', '7', 'null', ' true ']) {
      expect(membersOf(json(text)).size).toBe(0);
    }
  });

  it('agrees with JSON.parse on every object, however it is spaced', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, spaces) => {
        const text = JSON.stringify(object, undefined, spaces);
        const members = membersOf(json(text));
        const parsed: Record<string, unknown> = JSON.parse(text);
        expect([...members.keys()].sort()).toEqual(Object.keys(parsed).sort());
        for (const [name, value] of members) {
          expect(JSON.parse(value.text)).toEqual(parsed[name]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

function json(text: string): JsonText {
  const checked = JsonText.check(text);
  if (checked === undefined) {
    throw new Error('the test gave text that is not JSON');
  }
  return checked;
}

function texts(members: ReadonlyMap<string, JsonText>): [string, string][] {
  return Array.from(members, ([name, value]) => [name, value.text]);
}
