import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matcher, nameFilter, namesListed } from '../../src/access/name-filter.js';

describe('a list of names', () => {
  it.each([
    [['user'], 'user', true],
    [['user'], 'User', false],
    [['user'], 'user ', false],
    [['user*'], 'user_360', true],
    [['*'], '', true],
    [['a*c*e'], 'abcde', true],
    [['a*c*e'], 'ace', true],
    [['a*ce*e'], 'ace', false],
    [['ab*ba'], 'aba', false],
    [['!secret'], 'anything', true],
    [['!secret'], 'secret', false],
    [['!secret', '*'], 'secret', false],
    [['*', '!sec*'], 'secret', false],
    [['a.c'], 'abc', false],
  ])('%j gives %j: %s', (patterns, name, granted) => {
    expect(nameFilter(patterns)(name)).toBe(granted);
  });

  it('matches as a regular expression would, for any pattern and name', () => {
    const letters = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 });
    fc.assert(
      fc.property(letters('ab*'), letters('ab'), (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matcher(pattern)(name)).toBe(expression.test(name));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes no longer for a pattern made to take long', () => {
    const matches = matcher(`${'*a'.repeat(2_000)}b`);
    const start = performance.now();
    expect(matches('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('tells the names it can grant, where it has no pattern', () => {
    expect(namesListed(['a', 'b', '!b'])).toEqual(['a']);
    expect(namesListed(['a*'])).toBeUndefined();
    expect(namesListed(['!a'])).toBeUndefined();
  });
});
