import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DESTINATION_ID,
  DISABLED_DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WEBHOOK_DESTINATION_ID,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const UNAUTHORIZED = 'Unauthorized request. Please check your access token';
const INVALID = 'Invalid Destination. Please verify you are passing the right destination ID';

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ redisPort: redis.port });
  const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;
  await redis.client.hset(key('ada'), {
    user_360:
      '{"FIRST_NAME":"Ada","BIG":12345678901234567890,"MONEY":10.10,"GONE":null,"LIST":[1.0,{"__proto__":2}]}',
    churn_scores: '{"CHURN_30D":0.0312,"FIRST_NAME":"other"}',
  });
  await redis.client.hset(key('half'), { bad: '{oops', good: '{"A":1}' });
  await redis.client.set(key('string'), '{}');
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

const profile = (fields: string, value = 'ada', destinationId = DESTINATION_ID) =>
  `profile(entity: "user", destinationId: "${destinationId}", idType: "user_id", idValue: "${value}") { ${fields} }`;

describe('profile', () => {
  it('says what it was asked by and what is stored', async () => {
    const { text } = await gateway.graphql(
      `{ ${profile('entity destinationId id { type value } exists models')} }`,
    );
    expect(text).toBe(
      `{"data":{"profile":{"entity":"user","destinationId":"${DESTINATION_ID}","id":{"type":"user_id","value":"ada"},"exists":true,"models":["churn_scores","user_360"]}}}`,
    );
  });

  it('answers exists: false and traits: {} without an error for an id that is not stored', async () => {
    const { status, json } = await gateway.graphql(
      `{ ${profile('exists models traits trait(name: "A")', 'nobody')} }`,
    );
    expect(status).toBe(200);
    expect(json).toEqual({ data: { profile: { exists: false, models: [], traits: {}, trait: null } } });
  });

  it('gives single traits digit for digit, whatever they hold', async () => {
    const { text } = await gateway.graphql(
      `{ ${profile('big: trait(name: "BIG") money: trait(name: "MONEY") list: trait(name: "LIST") gone: trait(name: "GONE") absent: trait(name: "ABSENT")')} }`,
    );
    expect(text).toBe(
      '{"data":{"profile":{"big":12345678901234567890,"money":10.10,"list":[1.0,{"__proto__":2}],"gone":null,"absent":null}}}',
    );
  });

  it('looks for a trait in the model named, or in the first model by name', async () => {
    const { json } = await gateway.graphql(
      `{ ${profile('first: trait(name: "FIRST_NAME") named: trait(name: "FIRST_NAME", model: "user_360") none: trait(name: "FIRST_NAME", model: "absent")')} }`,
    );
    expect(json).toEqual({ data: { profile: { first: 'other', named: 'Ada', none: null } } });
  });

  it('filters traits by models and by names', async () => {
    const { text } = await gateway.graphql(
      `{ ${profile('a: traits(models: ["user_360", "absent"], names: ["MONEY"]) b: traits(names: ["CHURN_30D", "BIG"]) c: traits(names: []) d: traits(models: []) e: traits(models: null, names: ["BIG"])')} }`,
    );
    expect(text).toBe(
      '{"data":{"profile":{"a":{"user_360":{"MONEY":10.10}},"b":{"churn_scores":{"CHURN_30D":0.0312},"user_360":{"BIG":12345678901234567890}},"c":{},"d":{},"e":{"user_360":{"BIG":12345678901234567890}}}}}',
    );
  });
});

describe('profiles', () => {
  it('answers in the order and number of ids, duplicates included', async () => {
    const ids = ['nobody', 'ada', 'nobody', 'ada'].map((value) => ({ type: 'user_id', value }));
    const { json } = await gateway.graphql(
      `query ($d: ID!, $ids: [ProfileIdInput!]!) { profiles(entity: "user", destinationId: $d, ids: $ids) { id { value } exists } }`,
      { d: DESTINATION_ID, ids },
    );
    expect(json).toEqual({
      data: {
        profiles: ids.map(({ value }) => ({ id: { value }, exists: value === 'ada' })),
      },
    });
  });

  it('fails only the item that failed, and says which', async () => {
    const { status, json } = await gateway.graphql(
      `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [{ type: "user_id", value: "ada" }, { type: "user_id", value: "string" }, { type: "user:id", value: "x" }]) { exists } }`,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: { profiles: [{ exists: true }, null, null] },
      errors: [
        { path: ['profiles', 1], extensions: { code: 'MALFORMED_TRAITS' } },
        {
          message: 'ids[2].type must not hold a colon or control characters',
          path: ['profiles', 2],
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    });
  });

  it('takes an empty list', async () => {
    const { json } = await gateway.graphql(
      `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: []) { exists } }`,
    );
    expect(json).toEqual({ data: { profiles: [] } });
  });
});

describe('destinations', () => {
  it('are those the token may read', async () => {
    const query = '{ destinations { id name type enabled } }';
    const all = await gateway.graphql(query, undefined, tokens.admin);
    expect(all.json).toMatchObject({
      data: {
        destinations: [
          { id: DESTINATION_ID, type: 'REDIS', enabled: true },
          { id: OTHER_DESTINATION_ID, type: 'REDIS', enabled: true },
          { id: DISABLED_DESTINATION_ID, type: 'REDIS', enabled: false },
          { id: WEBHOOK_DESTINATION_ID, type: 'WEBHOOK', enabled: true },
        ],
      },
    });
    const some = await gateway.graphql(query, undefined, tokens.reader);
    expect(some.json).toEqual({
      data: {
        destinations: [{ id: DESTINATION_ID, name: `Redis ${DESTINATION_ID}`, type: 'REDIS', enabled: true }],
      },
    });
  });
});

describe('401', () => {
  it.each([
    ['no token', null],
    ['an unknown token', tokens.unknown],
    ['an expired token', tokens.expired],
    ['an empty token', ''],
  ])('answers %s, before anything of the request is looked at', async (_, token) => {
    for (const query of [
      `{ ${profile('exists')} }`,
      '{ __typename }',
      '{ syntax error',
      '{ unknownField }',
    ]) {
      const { status, headers, json } = await gateway.graphql(query, undefined, token);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(json).toEqual({ errors: [{ message: UNAUTHORIZED, extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  it.each(['Basic YTpi', tokens.admin, `Token ${tokens.admin}`, `Bearer ${tokens.admin} x`, 'Bearer'])(
    'answers what is not a bearer token: case %#',
    async (authorization) => {
      const { status } = await gateway.post('/graphql', { query: '{ __typename }' }, null, { authorization });
      expect(status).toBe(401);
    },
  );

  it('takes the scheme in any case', async () => {
    const authorization = `bEARER ${tokens.reader}`;
    expect(
      (await gateway.post('/graphql', { query: '{ __typename }' }, null, { authorization })).status,
    ).toBe(200);
  });

  it('answers a token with no access to the destination, after an unknown destination and before bad arguments', async () => {
    const refused = await gateway.graphql(
      `{ profile(entity: "", destinationId: "${OTHER_DESTINATION_ID}", idType: "", idValue: "") { exists } }`,
    );
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(refused.json).toMatchObject({
      errors: [{ message: UNAUTHORIZED, extensions: { code: 'UNAUTHENTICATED' } }],
      data: { profile: null },
    });
  });
});

describe('404', () => {
  it.each([
    '',
    '  ',
    'unknown',
    DISABLED_DESTINATION_ID,
    WEBHOOK_DESTINATION_ID,
    '__proto__',
    `${DESTINATION_ID} `,
  ])('answers destination %j, before bad arguments', async (id) => {
    for (const token of [tokens.admin, tokens.reader]) {
      const { status, json } = await gateway.graphql(
        `query ($id: ID!) { profile(entity: "", destinationId: $id, idType: "", idValue: "") { exists } }`,
        { id },
        token,
      );
      expect(status).toBe(404);
      expect(json).toMatchObject({
        errors: [{ message: INVALID, extensions: { code: 'INVALID_DESTINATION' } }],
      });
    }
  });
});

describe('the HTTP status', () => {
  it('is 200 where some root field could be answered, with the other errors beside it', async () => {
    const { status, headers, json } = await gateway.graphql(
      `{ ok: ${profile('exists')} bad: ${profile('exists', 'x', OTHER_DESTINATION_ID)} unknown: ${profile('exists', 'x', 'nowhere')} }`,
    );
    expect(status).toBe(200);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(json).toMatchObject({
      data: { ok: { exists: true }, bad: null, unknown: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }, { extensions: { code: 'INVALID_DESTINATION' } }],
    });
  });

  it('is the highest of the errors where none could', async () => {
    const { status } = await gateway.graphql(
      `{ a: ${profile('exists', 'x', OTHER_DESTINATION_ID)} b: ${profile('exists', 'x', 'nowhere')} c: ${profile('traits', 'half')} }`,
    );
    expect(status).toBe(502);
  });

  it.each([
    ['{ syntax error', 'GRAPHQL_PARSE_FAILED'],
    ['{ unknownField }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['query ($a: ID!) { a: destinations { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['mutation { a }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is 400 for %s, with the code %s, for either media type', async (query, code) => {
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const { status, json } = await gateway.graphql(query, undefined, tokens.reader, { accept });
      expect(status).toBe(400);
      expect(json).toMatchObject({ errors: [{ extensions: { code } }] });
    }
  });
});

const LARGE = {
  message: 'The document has more than 50000 tokens',
  extensions: { code: 'LIMIT_EXCEEDED' },
};
const DEEP = {
  message: 'The document is nested more than 200 levels deep',
  extensions: { code: 'BAD_REQUEST' },
};

describe('a document that is nested deeper than any stack', () => {
  it.each([
    ['selections', '{a'.repeat(150_000) + '}'.repeat(150_000), LARGE],
    ['selections that do not end', '{a'.repeat(400_000), LARGE],
    ['values', `{ profile(entity: ${'['.repeat(300_000)}${']'.repeat(300_000)}) { exists } }`, LARGE],
    ['selections that few tokens are enough for', '{a'.repeat(16_000) + '}'.repeat(16_000), DEEP],
    ['values that few tokens are enough for', `{ a(b: ${'['.repeat(24_000)}${']'.repeat(24_000)}) }`, DEEP],
    ['a few hundred levels', '{a'.repeat(300) + '}'.repeat(300), DEEP],
  ])('is refused with 400: %s', async (_, query, error) => {
    const { status, json } = await gateway.graphql(query);
    expect(status).toBe(400);
    expect(json).toEqual({ errors: [error] });
  });

  it('is not introspection', async () => {
    const { status } = await gateway.graphql(getIntrospectionQuery());
    expect(status).toBe(200);
  });
});

describe('MALFORMED_TRAITS', () => {
  it('names the model, never the value, and fails only those who need the model', async () => {
    const { status, json, text } = await gateway.graphql(
      `{ bad: ${profile('traits', 'half')} good: ${profile('models traits(models: ["good"])', 'half')} }`,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: { bad: null, good: { models: ['bad', 'good'], traits: { good: { A: 1 } } } },
      errors: [
        { message: 'The value stored for model "bad" is not JSON', extensions: { code: 'MALFORMED_TRAITS' } },
      ],
    });
    expect(text).not.toContain('oops');
  });
});

describe('over GET', () => {
  const url = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
  const authorization = `Bearer ${tokens.reader}`;

  it('answers queries', async () => {
    const { status, json } = await gateway.get(url(`{ ${profile('exists')} }`), { authorization });
    expect(status).toBe(200);
    expect(json).toEqual({ data: { profile: { exists: true } } });
  });

  it.each([
    '/graphql',
    '/graphql?query=',
    '/graphql?query=%7B__typename%7D&variables=%7B',
    '/graphql?variables=1',
  ])('answers 400 to %s', async (path) => {
    const { status, json } = await gateway.get(path, { authorization });
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
  });
});

describe('the media type', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ])('for Accept %s is %s', async (accept, expected) => {
    const { headers } = await gateway.graphql(
      '{ __typename }',
      undefined,
      tokens.reader,
      accept ? { accept } : {},
    );
    expect(headers.get('content-type')).toBe(`${expected}; charset=utf-8`);
  });

  it('is refused with 406 where the caller takes neither', async () => {
    const { status, json } = await gateway.graphql('{ __typename }', undefined, tokens.reader, {
      accept: 'text/csv',
    });
    expect(status).toBe(406);
    expect(json).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
  });
});
