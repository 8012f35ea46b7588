import { getIntrospectionQuery } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LimitsConfig } from '../../src/config/config.js';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import { DESTINATION_ID, startTestGateway, type TestGateway, tokens } from '../support/gateway.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let redis: RedisServer;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});
afterAll(() => redis.close());

async function start(options: Partial<Parameters<typeof startTestGateway>[0]> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ redisPort: redis.port, ...options });
  gateways.push(gateway);
  return gateway;
}

const withLimits = (limits: Partial<LimitsConfig>) => ({
  config: { limits: { ...DEFAULT_LIMITS, ...limits } },
});
const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const profile = (selection: string, value = 'ada') =>
  `profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "${value}") { ${selection} }`;

/** Each a document that goes past one limit by one, and what is said. */
const OVER: [limit: keyof LimitsConfig, max: number, query: string, message: string][] = [
  ['depth', 2, '{ viewer { profile { id { type } } } }', 'more than 2 levels of selections'],
  [
    'depth',
    1,
    '{ ...A } fragment A on Query { ...B } fragment B on Query { viewer { expiresAt } }',
    'more than 1 levels',
  ],
  ['aliases', 999, `{ ${repeat(1_000, (i) => `a${i}: __typename`)} }`, 'more than 999 aliases'],
  [
    'aliases',
    3,
    '{ ...A x: viewer { ...B } y: viewer { ...B } } fragment A on Query { a: __typename } fragment B on Viewer { b: expiresAt }',
    'more than 3 aliases',
  ],
  ['tokens', 5, '{ __typename __typename __typename __typename }', 'more than 5 tokens'],
  [
    'directives',
    2,
    '{ __typename @include(if: true) @skip(if: false) @include(if: true) }',
    'more than 2 directives',
  ],
  ['directives', 0, 'query ($a: Int @x) { __typename }', 'more than 0 directives'],
  ['fields', 3, '{ __typename ... on Query { __typename } viewer { expiresAt } }', 'more than 3 selections'],
  ['duplicates', 1, '{ __typename __typename ... { __typename } }', 'more than 1 fields that repeat'],
];

describe('a limit of a document', () => {
  it.each(OVER)('is enforced: %s, %i', async (limit, max, query, message) => {
    const gateway = await start(withLimits({ [limit]: { max, mode: 'enforce' } }));
    const { status, json } = await gateway.graphql(query);
    expect(status).toBe(400);
    const { errors } = json as { errors: { message: string; extensions: { code: string } }[] };
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
  });

  it.each(OVER)(
    'lets pass and tells the log what it only measures, at every request: %s, %i',
    async (limit, max, query) => {
      const logged = createLogged();
      const gateway = await start({
        ...withLimits({ [limit]: { max, mode: 'measure' } }),
        logger: logged.logger,
      });
      for (const _ of [1, 2]) {
        await gateway.prepare(query);
        const before = logged.lines().length;
        const { json } = await gateway.graphql(query);
        expect(JSON.stringify(json)).not.toContain('LIMIT_EXCEEDED');
        const lines = logged.lines().slice(before);
        expect(
          lines.filter(({ msg }) => msg === 'a request goes past a limit that is only measured'),
        ).toEqual([
          expect.objectContaining({
            limit,
            max,
            token: 'reader',
            requestId: expect.any(String),
            found: expect.any(Number),
          }),
        ]);
        expect(lines.filter(({ overLimits }) => JSON.stringify(overLimits) === `["${limit}"]`)).toHaveLength(
          1,
        );
      }
    },
  );

  it('lets everything pass that does not go past it', async () => {
    const gateway = await start();
    for (const query of [
      getIntrospectionQuery(),
      `{ ${repeat(1_000, (i) => `a${i}: ${profile('exists', `u-${i}`)}`)} }`,
    ]) {
      const { status, json } = await gateway.graphql(query);
      expect(status).toBe(200);
      expect(json).not.toHaveProperty('errors');
    }
  });
});

describe('a document made to keep the gateway busy', () => {
  const bomb = repeat(40, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
  it.each([
    [
      'fragments that stand for a trillion fields',
      `{ ...F0 } ${bomb} fragment F40 on Query { __typename }`,
      'LIMIT_EXCEEDED',
    ],
    [
      'fragments in a circle',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a fragment of itself', '{ ...A } fragment A on Query { ...A ...A ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'thousands of fragments',
      `{ __typename } ${repeat(9_000, (i) => `fragment F${i} on Query { __typename }`)}`,
      'LIMIT_EXCEEDED',
    ],
    ['a flood of unknown directives', `{ __typename ${'@x '.repeat(30_000)} }`, 'LIMIT_EXCEEDED'],
    ['a flood of one field', `{ ${'__typename '.repeat(40_000)} }`, 'LIMIT_EXCEEDED'],
    ['nested pairs of one field', `{ __type(name: "a") { ${pairs(12)} } }`, 'LIMIT_EXCEEDED'],
    ['a flood of unknown fields', `{ ${repeat(9_000, (i) => `x${i}`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a flood of unknown arguments',
      `{ profile(${repeat(10_000, (i) => `a${i}: 1`)}) { exists } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a flood of variables',
      `query (${repeat(9_000, (i) => `$v${i}: Int`)}) { __typename }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a comment of a megabyte', `{ unknown } #${'x'.repeat(1_000_000)}`, 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused soon, with few errors: %s', async (_, query, code) => {
    const gateway = await start();
    await gateway.graphql('{ __typename }');
    const start_ = performance.now();
    const { status, json, text } = await gateway.graphql(query);
    const tookMs = performance.now() - start_;
    expect(status).toBe(400);
    const { errors } = json as { errors: { extensions: { code: string } }[] };
    expect(errors.length).toBeLessThanOrEqual(6);
    expect(errors[0]?.extensions.code).toBe(code);
    expect(text.length).toBeLessThan(20_000);
    // Milliseconds on an idle machine; unbounded, most of these take minutes.
    expect(tookMs).toBeLessThan(2_000);
  });
});

describe('several operations in one request', () => {
  const operations = [
    { query: `{ a: ${profile('exists')} }` },
    { query: `{ b: ${profile('exists', 'bob')} }` },
    { query: '{ unknown }' },
  ];

  it('are refused unless they are configured', async () => {
    const gateway = await start();
    for (const body of [operations, [operations[0]]]) {
      const { status, json } = await gateway.post('/graphql', body);
      expect(status).toBe(400);
      expect(json).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
    }
  });

  it('are answered in their order, from one pipeline', async () => {
    const gateway = await start(withLimits({ operations: { max: 3, mode: 'enforce' } }));
    const { status, json } = await gateway.post('/graphql', operations);
    expect(status).toBe(200);
    expect(json).toEqual([
      { data: { a: { exists: false } } },
      { data: { b: { exists: false } } },
      { errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] },
    ]);
    const refused = await gateway.post('/graphql', [...operations, ...operations]);
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({
      errors: [{ message: 'This gateway takes at most 3 operations a request' }],
    });
  });

  it('are answered and told to the log where the limit is only measured', async () => {
    const logged = createLogged();
    const gateway = await start({
      ...withLimits({ operations: { max: 1, mode: 'measure' } }),
      logger: logged.logger,
    });
    expect((await gateway.post('/graphql', operations)).json).toHaveLength(3);
    expect(logged.lines()).toContainEqual(expect.objectContaining({ limit: 'operations', found: 3, max: 1 }));
  });

  it('share the limit of lookups: past it, none of them is answered', async () => {
    const gateway = await start(
      withLimits({ operations: { max: 10, mode: 'enforce' }, lookups: { max: 15, mode: 'enforce' } }),
    );
    const ten = { query: `{ ${repeat(10, (i) => `a${i}: ${profile('exists', `u-${i}`)}`)} }` };
    const { status, json } = await gateway.post('/graphql', [ten, ten]);
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_LOOKUPS' } }] });
  });
});

describe('the limit of lookups', () => {
  it('can be set, and only measured', async () => {
    const query = `{ ${repeat(3, (i) => `a${i}: ${profile('exists', `u-${i}`)}`)} }`;
    const strict = await start(withLimits({ lookups: { max: 2, mode: 'enforce' } }));
    expect((await strict.graphql(query)).json).toEqual({
      errors: [
        { message: 'A request may ask for at most 2 profiles', extensions: { code: 'TOO_MANY_LOOKUPS' } },
      ],
    });
    const logged = createLogged();
    const lenient = await start({
      ...withLimits({ lookups: { max: 2, mode: 'measure' } }),
      logger: logged.logger,
    });
    expect((await lenient.graphql(query)).status).toBe(200);
    expect(logged.lines()).toContainEqual(expect.objectContaining({ limit: 'lookups', found: 3, max: 2 }));
  });
});

describe('introspection', () => {
  const SCHEMA = '{ __schema { queryType { name } } }';

  it('is for those with a token by default', async () => {
    const gateway = await start();
    expect((await gateway.graphql(SCHEMA)).status).toBe(200);
    expect((await gateway.graphql(SCHEMA, {}, null)).status).toBe(401);
  });

  it('is for everyone where it is public, and nothing else is', async () => {
    const gateway = await start({ server: { introspection: 'public' } });
    expect((await gateway.graphql(getIntrospectionQuery(), {}, null)).status).toBe(200);
    for (const query of [
      `{ ${profile('exists')} }`,
      '{ destinations { id } }',
      '{ viewer { expiresAt } }',
      'mutation { createProfileToken(destinationId: "d", entity: "e", ids: []) { token } }',
    ]) {
      const answer = await gateway.graphql(query, {}, null);
      expect(answer.status, query).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await gateway.graphql(SCHEMA, {}, tokens.unknown)).status).toBe(401);
    const body = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };
    expect((await gateway.post('/v1/activation', body, null)).status).toBe(401);
  });

  it('is for nobody where it is off, and errors suggest nothing', async () => {
    const off = await start({ server: { introspection: 'off' } });
    for (const query of [
      SCHEMA,
      '{ __type(name: "Query") { name } }',
      '{ a: __schema { types { name } } }',
      '{ ...A } fragment A on Query { __schema { types { name } } }',
    ]) {
      const { status, text } = await off.graphql(query);
      expect(status).toBe(400);
      expect(text).toContain('introspection');
      expect(text).not.toContain('"data"');
    }
    expect((await off.graphql('{ __typename }')).status).toBe(200);
    const on = await start();
    for (const query of [
      '{ profil }',
      '{ destinations { nam } }',
      '{ profile(idTyp: "a") { exists } }',
      'query ($a: Strin) { __typename }',
      '{ ... on Quer { __typename } }',
    ]) {
      expect((await on.graphql(query)).text, query).toContain('Did you mean');
      expect((await off.graphql(query)).text, query).not.toContain('Did you mean');
    }
  });
});

function pairs(depth: number): string {
  return depth === 0 ? 'name' : `ofType { ${pairs(depth - 1)} } ofType { ${pairs(depth - 1)} }`;
}
