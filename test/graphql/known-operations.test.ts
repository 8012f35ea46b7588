import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import type { GraphQLContext } from '../../src/graphql/builder.js';
import { KnownOperations } from '../../src/graphql/known-operations.js';
import { prepareTrusted } from '../../src/graphql/prepare-trusted.js';
import { buildSchema } from '../../src/graphql/schema.js';

const schema = buildSchema();
const ASK = '{ destinations { id } }';

describe('known operations', () => {
  it('finds what was remembered, for the caller that it was answered to', () => {
    const known = new KnownOperations(schema);
    remember(known, 'web', ASK);
    expect(known.find('web', ASK, undefined)).toBeDefined();
    expect(known.find('app', ASK, undefined)).toBeUndefined();
    expect(known.find('web', `${ASK} `, undefined)).toBeUndefined();
  });

  it('has what was prepared for every caller, by its name and without where it is the only one', async () => {
    const known = new KnownOperations(schema);
    const texts = ['query A { destinations { id } }', '{ nothing }', '{', ASK];
    await prepareTrusted(texts, {
      schema,
      known,
      introspection: true,
      limits: DEFAULT_LIMITS,
    });
    for (const [text, name] of [
      ['query A { destinations { id } }', 'A'],
      ['query A { destinations { id } }', undefined],
      [ASK, undefined],
    ] as const) {
      expect(await known.find('anyone', text, name)?.run(context, {})).toEqual({
        data: { destinations: [{ id: 'd1' }] },
      });
    }
    // What is wrong with them is for their callers to hear.
    expect(known.find('anyone', '{ nothing }', undefined)).toBeUndefined();
    expect(known.find('anyone', '{', undefined)).toBeUndefined();
  });

  it('keeps the operations of one document apart by name', async () => {
    const known = new KnownOperations(schema);
    const text = 'query A { destinations { id } } query B { destinations { name } }';
    remember(known, 'web', text, 'A');
    expect(known.find('web', text, 'B')).toBeUndefined();
    remember(known, 'web', text, 'B');
    for (const [name, data] of [
      ['A', { id: 'd1' }],
      ['B', { name: 'one' }],
    ] as const) {
      expect(await known.find('web', text, name)?.run(context, {})).toEqual({
        data: { destinations: [data] },
      });
    }
  });

  it.each([1, 2, 3, 20])('answers use %i of a short text and of a long one alike', async (use) => {
    for (const aliases of [1, 50, 400]) {
      const text = `{ ${Array.from({ length: aliases }, (_, i) => `d${i}: destinations { id name }`).join(' ')} }`;
      const known = new KnownOperations(schema);
      remember(known, 'web', text);
      let result: unknown;
      for (let count = 0; count < use; count += 1) {
        result = await known.find('web', text, undefined)?.run(context, {});
      }
      expect(result).toEqual({
        data: Object.fromEntries(
          Array.from({ length: aliases }, (_, i) => [`d${i}`, [{ id: 'd1', name: 'one' }]]),
        ),
      });
    }
  });

  it('leaves variables that do not fit to the ordinary way, interpreted or compiled', async () => {
    const known = new KnownOperations(schema);
    const text = `query ($d: ID!) { profile(entity: "user", destinationId: $d, idType: "user_id", idValue: "1") { exists } } ${' '.repeat(1_000)}`;
    remember(known, 'web', text);
    for (let use = 0; use < 5; use += 1) {
      expect(await known.find('web', text, undefined)?.run(context, { d: null })).toBeUndefined();
    }
  });

  it('forgets the oldest of a caller past 200', () => {
    const known = new KnownOperations(schema);
    for (let index = 0; index <= 200; index += 1) {
      remember(known, 'web', `${ASK} # ${index}`);
    }
    expect(known.find('web', `${ASK} # 0`, undefined)).toBeUndefined();
    expect(known.find('web', `${ASK} # 1`, undefined)).toBeDefined();
    expect(known.find('web', `${ASK} # 200`, undefined)).toBeDefined();
  });

  it('forgets the oldest of a caller past 200,000 characters, and never keeps a text longer than that', () => {
    const known = new KnownOperations(schema);
    const long = (index: number, length: number) => `${ASK} # ${index} ${'x'.repeat(length)}`;
    for (const index of [0, 1, 2]) {
      remember(known, 'web', long(index, 80_000));
    }
    expect([0, 1, 2].map((index) => known.find('web', long(index, 80_000), undefined) !== undefined)).toEqual(
      [false, true, true],
    );
    remember(known, 'web', long(3, 200_000));
    expect(known.find('web', long(3, 200_000), undefined)).toBeUndefined();
    expect(known.find('web', long(2, 80_000), undefined)).toBeDefined();
  });

  it('lets a flood of one caller, or of many with much, drive out only theirs', () => {
    const known = new KnownOperations(schema);
    remember(known, 'web', ASK);
    const padding = 'x'.repeat(19_000);
    for (let index = 0; index < 10_000; index += 1) {
      remember(known, `flood ${index % 9}`, `${ASK} # ${index} ${padding}`);
    }
    expect(known.find('web', ASK, undefined)).toBeDefined();
    expect(known.characters).toBeLessThanOrEqual(1_000_000);
    expect(known.characters).toBeGreaterThan(900_000);
  });

  it('counts out what goes with a caller', () => {
    const known = new KnownOperations(schema);
    for (let index = 0; index < 2_500; index += 1) {
      remember(known, `caller ${index}`, ASK);
    }
    expect(known.characters).toBe(1_000 * ASK.length);
    expect(known.find('caller 0', ASK, undefined)).toBeUndefined();
    expect(known.find('caller 2499', ASK, undefined)).toBeDefined();
  });
});

const document = parse(ASK);

function remember(known: KnownOperations, caller: string, text: string, name?: string): void {
  // Parsing is not what is tested, and ten thousand texts take long to parse.
  const parsed = text.startsWith(`${ASK} #`) ? document : parse(text);
  known.remember(caller, text, name, { document: parsed, overLimits: [] });
}

const context: GraphQLContext = {
  gateway: {
    requestId: 'r1',
    tokenName: 'web',
    destinations: [{ id: 'd1', name: 'one', type: 'REDIS', enabled: true }],
    entities: undefined,
    viewer: undefined,
    refusal: undefined,
    headers: {},
    open: unexpected,
    openErasing: unexpected,
    mintProfileToken: unexpected,
    beginOperation: () => undefined,
    noteOverLimit: unexpected,
  },
};

function unexpected(): never {
  throw new Error('nothing of these operations asks for this');
}
