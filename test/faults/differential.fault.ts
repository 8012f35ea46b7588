/**
 * Random stores and random requests, both faces against a plain client's direct reads of the same keys. What once failed is
 * kept in test/fixtures/differential-corpus.json and tried first.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const CORPUS = new URL('../fixtures/differential-corpus.json', import.meta.url);
const RUNS = 400;

const lookupSchema = z.object({ entity: z.string(), type: z.string(), value: z.string() });
const scenarioSchema = z.object({
  profiles: z.array(lookupSchema.extend({ models: z.custom<Record<string, string>>() })),
  lookups: z.array(lookupSchema),
  models: z.array(z.string()),
});
type Scenario = z.output<typeof scenarioSchema>;
type Lookup = z.output<typeof lookupSchema>;

/** Few letters, so that ids meet; among them all that keys, JSON and JavaScript treat specially. */
const letters = fc.constantFrom(
  'a',
  'b',
  ':',
  '/',
  '.',
  '"',
  '\\',
  '{',
  '*',
  ' ',
  'é',
  '日',
  '😀',
  '__proto__',
  'constructor',
);
const word = (max: number) =>
  fc.array(letters, { minLength: 1, maxLength: max }).map((parts) => parts.join(''));
const name = word(2).filter((text) => !text.includes(':'));
const lookup = fc.record({ entity: fc.constantFrom('user', 'account', 'a'), type: name, value: word(3) });
const number = fc.constantFrom('0', '-0.0', '1.0', '10.10', '1E+2', '1e-7', '12345678901234567890');
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number,
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom('null', 'true', '{}', '[]', ' { } '),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(word(1), tie('value')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(',')}}`),
  ),
})).value;
const stored = fc.oneof({ weight: 9, arbitrary: json }, { weight: 1, arbitrary: fc.string() });
const models = fc.dictionary(fc.oneof(word(2), fc.constantFrom('10', '9', '')), stored, {
  minKeys: 1,
  maxKeys: 4,
});
const scenario: fc.Arbitrary<Scenario> = fc
  .array(fc.tuple(lookup, models), { minLength: 1, maxLength: 6 })
  .chain((entries) =>
    fc.record({
      profiles: fc.constant(entries.map(([id, stores]) => ({ ...id, models: stores }))),
      lookups: fc.array(fc.oneof(lookup, fc.constantFrom(...entries.map(([id]) => id))), {
        minLength: 1,
        maxLength: 8,
      }),
      models: fc.array(
        fc.oneof(word(2), fc.constantFrom(...entries.flatMap(([, stores]) => Object.keys(stores)))),
        {
          maxLength: 3,
        },
      ),
    }),
  );

let redis: RedisServer;
let gateway: TestGateway;
beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: 5_000 });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

describe('both faces', () => {
  it(`agree with direct reads of the same keys, over ${RUNS} random stores and requests`, async () => {
    const corpus = z.array(scenarioSchema).parse(JSON.parse(readFileSync(CORPUS, 'utf8')));
    const result = await fc.check(fc.asyncProperty(scenario, compare), {
      numRuns: RUNS,
      examples: corpus.map((kept) => [kept]),
    });
    const [failed] = result.counterexample ?? [];
    if (failed !== undefined) {
      writeFileSync(CORPUS, `${JSON.stringify([...corpus, failed], undefined, 2)}\n`);
    }
    expect(result.failed ? fc.defaultReportMessage(result) : undefined).toBeUndefined();
  }, 120_000);
});

async function compare({ profiles, lookups, models: wanted }: Scenario): Promise<void> {
  await redis.client.flushall();
  for (const profile of profiles) {
    for (const [model, text] of Object.entries(profile.models)) {
      await redis.client.hset(keyOf(profile), model, text);
    }
  }
  for (const id of lookups) {
    const { type, value, entity } = id;
    const expected = await readDirectly(id);
    const rest = await gateway.post('/v1/activation', {
      entity,
      destinationId: DESTINATION_ID,
      id: { type, value },
    });
    expect(rest.status).toBe(expected === undefined ? 502 : 200);
    if (expected !== undefined) {
      expect(rest.text).toBe(
        `{"entity":${JSON.stringify(entity)},"id":{"type":${JSON.stringify(type)},"value":${JSON.stringify(value)}},"data":${expected}}`,
      );
    }
  }
  const fields = lookups.map(
    ({ entity, type, value }, i) =>
      `a${i}: profile(entity: ${JSON.stringify(entity)}, destinationId: "${DESTINATION_ID}", idType: ${JSON.stringify(type)}, idValue: ${JSON.stringify(value)})`,
  );
  const whole = await gateway.graphql(`{ ${fields.map((field) => `${field} { traits }`).join('\n')} }`);
  const expectedWhole = await Promise.all(lookups.map((id) => readDirectly(id)));
  expect(dataOf(whole.text)).toBe(members(expectedWhole));
  const some = await gateway.graphql(
    `query ($m: [String!]) { ${fields.map((field) => `${field} { traits(models: $m) }`).join('\n')} }`,
    { m: wanted },
  );
  expect(dataOf(some.text)).toBe(members(await Promise.all(lookups.map((id) => readDirectly(id, wanted)))));
}

/** The data of a profile as its stored texts spell it; undefined where one of them is not JSON. */
async function readDirectly(id: Lookup, only?: readonly string[]): Promise<string | undefined> {
  const reply: unknown = await redis.client.callBuffer('HGETALL', keyOf(id));
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  const entries: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    entries.push([flat[i] ?? '', flat[i + 1] ?? '']);
  }
  const kept = entries.filter(([model]) => only === undefined || only.includes(model));
  if (kept.some(([, text]) => !isJson(text))) {
    return undefined;
  }
  const sorted = kept.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([model, text]) => `${JSON.stringify(model)}:${text}`).join(',')}}`;
}

function members(texts: readonly (string | undefined)[]): string {
  return texts.map((text, i) => `"a${i}":${text === undefined ? 'null' : `{"traits":${text}}`}`).join(',');
}

/** What stands between the braces of `data`, errors put aside. */
function dataOf(text: string): string | undefined {
  return /"data":\{(.*)\}\}$/s.exec(text)?.[1];
}

function keyOf({ entity, type, value }: Lookup): string {
  return `${WORKSPACE_ID}:${DESTINATION_ID}:${entity}:${type}:${value}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
