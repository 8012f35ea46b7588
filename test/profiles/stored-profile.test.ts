import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { StoredProfile } from '../../src/profiles/stored-profile.js';

describe('a stored profile', () => {
  const profile = new StoredProfile(
    new Map([
      ['user_360', '{"FIRST_NAME":"Ada","VALUE":10.10,"NOTE":null}'],
      ['__proto__', '{"A":1}'],
      ['Churn', '{"FIRST_NAME":"B","RISK":1E-2}'],
    ]),
  );

  it('has its models in the order of their names by code unit', () => {
    expect(profile.models).toEqual(['Churn', '__proto__', 'user_360']);
  });

  it('gives all traits as stored', () => {
    expect(profile.traits().text).toBe(
      '{"Churn":{"FIRST_NAME":"B","RISK":1E-2},"__proto__":{"A":1},"user_360":{"FIRST_NAME":"Ada","VALUE":10.10,"NOTE":null}}',
    );
  });

  it('gives only the models asked for, in their own order', () => {
    expect(profile.traits({ models: ['user_360', '__proto__', 'absent'] }).text).toBe(
      '{"__proto__":{"A":1},"user_360":{"FIRST_NAME":"Ada","VALUE":10.10,"NOTE":null}}',
    );
  });

  it('keeps only the traits asked for and leaves out a model that has none of them', () => {
    expect(profile.traits({ names: ['VALUE', 'NOTE', 'RISK'] }).text).toBe(
      '{"Churn":{"RISK":1E-2},"user_360":{"VALUE":10.10,"NOTE":null}}',
    );
    expect(profile.traits({ models: ['__proto__'], names: ['VALUE'] }).text).toBe('{}');
    expect(profile.traits({ models: [] }).text).toBe('{}');
  });

  it('finds one trait in the model named, or in the first that has it', () => {
    expect(profile.trait('FIRST_NAME')?.text).toBe('"B"');
    expect(profile.trait('FIRST_NAME', 'user_360')?.text).toBe('"Ada"');
    expect(profile.trait('NOTE')?.text).toBe('null');
    expect(profile.trait('ABSENT')).toBeUndefined();
    expect(profile.trait('FIRST_NAME', 'absent')).toBeUndefined();
  });

  it('fails for a model that is not JSON, and only for those who need it', () => {
    const half = new StoredProfile(
      new Map([
        ['bad', '{oops'],
        ['good', '{"A":1}'],
      ]),
    );
    expect(half.models).toEqual(['bad', 'good']);
    expect(half.traits({ models: ['good'] }).text).toBe('{"good":{"A":1}}');
    expect(half.trait('A', 'good')?.text).toBe('1');
    const malformed = new GatewayError('MALFORMED_TRAITS', 'The value stored for model "bad" is not JSON');
    expect(() => half.traits()).toThrow(malformed);
    expect(() => half.trait('A')).toThrow(malformed);
  });

  it('selects what a filter over the parsed values selects', () => {
    const traits = fc.dictionary(fc.constantFrom('A', 'B', 'C', '__proto__'), fc.jsonValue());
    const selection = fc.subarray(['A', 'B', 'C', '__proto__']);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('m', 'n', 'o'), traits), selection, (models, names) => {
        const texts = Object.entries(models).map(([m, t]) => [m, JSON.stringify(t)] as const);
        const stored = new StoredProfile(new Map(texts));
        const expected = Object.entries(models)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([m, t]) => [m, Object.entries(t).filter(([name]) => names.includes(name))] as const)
          .filter(([, kept]) => kept.length > 0);
        const text = `{${expected
          .map(([m, kept]) => `"${m}":{${kept.map(([n, v]) => `${JSON.stringify(n)}:${JSON.stringify(v)}`)}}`)
          .join(',')}}`;
        expect(stored.traits({ names }).text).toBe(text);
      }),
    );
  });
});
