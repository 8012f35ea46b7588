/** People who ask to be forgotten: what is theirs is gone, and nobody else's value has changed by a byte. */

import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashAccessToken } from '../../src/access/access-token.js';
import { createProfileTokenSigner } from '../../src/access/profile-tokens/sign.js';
import type { LayoutConfig, ProfileTokenKeyConfig } from '../../src/config/config.js';
import { DEFAULT_LIMITS, DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import { parseKeyTemplate } from '../../src/config/key-template.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import {
  DESTINATION_ID,
  DISABLED_DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
  tokens,
  WEBHOOK_DESTINATION_ID,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.js';
import { startJsonModuleServer } from '../support/json-module-server.js';
import { dumpKeys, type KeyDump, without } from '../support/key-dump.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const ADA = 'ada@example.com';
const PREFIX = `${WORKSPACE_ID}:${DESTINATION_ID}`;
const EMAIL_KEY = `${PREFIX}:user:email:${ADA}`;
const LINKS = { linkTraits: { user_id: 'USER_ID', anonymous_id: 'ANONYMOUS_IDS' } };
const KEY: ProfileTokenKeyConfig = {
  kid: 'k',
  algorithm: 'HS256',
  secret: 'a secret of this test alone, long enough',
};

/** What is Ada's: of the destination, under every id that her profile names, and of the event stream. */
const ADAS = [
  EMAIL_KEY,
  `${PREFIX}:user:user_id:12345678901234567890`,
  `${PREFIX}:user:anonymous_id:a-1`,
  `${PREFIX}:user:anonymous_id:a:2`,
  'staging:user:12345678901234567890',
];
/** What is not, however near it lies. */
const OTHERS = [
  `${PREFIX}:user:email:${ADA}2`,
  `${PREFIX}:user:email:Ada@example.com`,
  `${PREFIX}:user:phone:${ADA}`,
  `${PREFIX}:account:email:${ADA}`,
  `${PREFIX}:user:user_id:12345678901234567891`,
  `${PREFIX}:user:user_id:12345678901234567000`,
  `${WORKSPACE_ID}:${OTHER_DESTINATION_ID}:user:email:${ADA}`,
  'user:12345678901234567890',
  'staging:user:12345678901234567891',
  `staging:user:${ADA}`,
  'staging:user:a-1',
  'session:1',
];

let redis: RedisServer;
let before: KeyDump;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

beforeEach(async () => {
  await redis.client.flushall();
  for (const key of [...ADAS, ...OTHERS]) {
    await redis.client.hset(key, { user_360: `{"KEY":${JSON.stringify(key)},"N":1.10}`, other: '{}' });
  }
  await redis.client.hset(EMAIL_KEY, {
    links: `{"USER_ID":12345678901234567890,"ANONYMOUS_IDS":["a-1", "a:2",null,""],"EMAIL":"${ADA}"}`,
    links_null: '{"USER_ID":null,"ANONYMOUS_IDS":[]}',
  });
  before = await dumpKeys(redis.client);
});
afterEach(async () => {
  for (const resource of open.splice(0)) {
    await resource.close();
  }
});

async function start(options: Partial<TestGatewayOptions> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({
    redisPort: redis.port,
    redis: { prefix: 'staging' },
    erase: LINKS,
    ...options,
  });
  open.push(gateway);
  return gateway;
}

const body = (more: object = {}) => ({
  entity: 'user',
  destinationId: DESTINATION_ID,
  id: { type: 'email', value: ADA },
  ...more,
});

const MUTATION = `mutation ($ids: [ProfileIdInput!]!, $destinationId: ID!, $dryRun: Boolean! = false, $followLinks: Boolean! = true) {
  eraseProfiles(entity: "user", destinationId: $destinationId, ids: $ids, dryRun: $dryRun, followLinks: $followLinks) {
    dryRun deletedKeys actualKeys profiles { id { type value } linked deletedKeys }
  }
}`;
const variables = (more: object = {}) => ({
  destinationId: DESTINATION_ID,
  ids: [{ type: 'email', value: ADA }],
  ...more,
});

async function expectGone(...keys: readonly string[]): Promise<void> {
  const after = await dumpKeys(redis.client);
  expect(after).toEqual(without(before, (key) => keys.includes(key)));
  expect(after.size).toBe(before.size - keys.length);
}

describe('an erasure', () => {
  it('deletes every key of the person, found by links and by the event stream, over REST', async () => {
    const gateway = await start();
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([answer.status, answer.text]).toEqual([200, '{"deletedKeys":5,"actualKeys":5}']);
    await expectGone(...ADAS);
    const again = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([again.status, again.text]).toEqual([200, '{"deletedKeys":0,"actualKeys":1}']);
    await expectGone(...ADAS);
  });

  it('says over GraphQL what became of each id', async () => {
    const gateway = await start();
    const ids = [
      { type: 'email', value: ADA },
      { type: 'email', value: 'nobody@example.com' },
      { type: 'email', value: ADA },
    ];
    const { json } = await gateway.graphql(MUTATION, variables({ ids }), tokens.admin);
    expect(json).toEqual({
      data: {
        eraseProfiles: {
          dryRun: false,
          deletedKeys: 5,
          actualKeys: 6,
          profiles: [
            { id: ids[0], linked: false, deletedKeys: 1 },
            { id: ids[1], linked: false, deletedKeys: 0 },
            { id: { type: 'user_id', value: '12345678901234567890' }, linked: true, deletedKeys: 2 },
            { id: { type: 'anonymous_id', value: 'a-1' }, linked: true, deletedKeys: 1 },
            { id: { type: 'anonymous_id', value: 'a:2' }, linked: true, deletedKeys: 1 },
          ],
        },
      },
    });
    await expectGone(...ADAS);
  });

  it('takes the ids that are named, a list of them over REST, and no other where links are not to be followed', async () => {
    const gateway = await start();
    const id = [
      { type: 'user_id', value: '12345678901234567890' },
      { type: 'anonymous_id', value: 'a-1' },
    ];
    const answer = await gateway.delete('/v2/activation', body({ id }), tokens.admin);
    expect([answer.status, answer.text]).toEqual([200, '{"deletedKeys":3,"actualKeys":3}']);
    await expectGone(
      `${PREFIX}:user:user_id:12345678901234567890`,
      'staging:user:12345678901234567890',
      `${PREFIX}:user:anonymous_id:a-1`,
    );
    const single = await gateway.delete('/v2/activation', body({ followLinks: false }), tokens.admin);
    expect([single.status, single.text]).toEqual([200, '{"deletedKeys":1,"actualKeys":1}']);
    await expectGone(
      `${PREFIX}:user:user_id:12345678901234567890`,
      'staging:user:12345678901234567890',
      `${PREFIX}:user:anonymous_id:a-1`,
      EMAIL_KEY,
    );
  });

  it('that is a dry run says the same and deletes nothing', async () => {
    const gateway = await start();
    await redis.resetStats();
    const answer = await gateway.delete('/v2/activation', body({ dryRun: true }), tokens.admin);
    expect([answer.status, answer.text]).toEqual([200, '{"deletedKeys":5,"actualKeys":5,"dryRun":true}']);
    const { json } = await gateway.graphql(MUTATION, variables({ dryRun: true }), tokens.admin);
    expect(json).toMatchObject({ data: { eraseProfiles: { dryRun: true, deletedKeys: 5, actualKeys: 5 } } });
    await expectGone();
    expect(await redis.commandStats()).not.toHaveProperty('unlink');
  });

  it('is not refused for an id type that is no longer synced: what is left of it is to go', async () => {
    const gateway = await start();
    const answer = await gateway.delete(
      '/v2/activation',
      body({ id: { type: 'phone', value: ADA } }),
      tokens.admin,
    );
    expect(answer.text).toBe('{"deletedKeys":1,"actualKeys":1}');
    await expectGone(`${PREFIX}:user:phone:${ADA}`);
  });
});

describe('a link', () => {
  it.each([
    ['{"USER_ID":true}', 502, 'The trait USER_ID of linkTraits holds something that is no id'],
    ['{"USER_ID":{"a":1}}', 502, 'The trait USER_ID of linkTraits holds something that is no id'],
    [
      `{"USER_ID":"${'x'.repeat(513)}"}`,
      502,
      'The trait USER_ID of linkTraits holds something that is no id',
    ],
    ['{"USER_ID":', 502, 'The value stored for model \\"links\\" is not JSON'],
    [
      JSON.stringify({ USER_ID: Array.from({ length: 1_001 }, (_, i) => `u${i}`) }),
      400,
      'The link traits lead to more than 1000 ids',
    ],
  ])('that cannot be followed stops the erasure before it begins: %s', async (links, status, message) => {
    await redis.client.hset(EMAIL_KEY, { links });
    before = await dumpKeys(redis.client);
    const gateway = await start();
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(message);
    await expectGone();
    const without = await gateway.delete('/v2/activation', body({ followLinks: false }), tokens.admin);
    expect(without.text).toBe('{"deletedKeys":1,"actualKeys":1}');
    await expectGone(EMAIL_KEY);
  });

  it('is followed one step, and not to whom the ids of an id belong', async () => {
    const key = `${PREFIX}:user:user_id:12345678901234567890`;
    await redis.client.hset(key, { links: '{"USER_ID":"12345678901234567891"}' });
    before = await dumpKeys(redis.client);
    const gateway = await start();
    await gateway.delete('/v2/activation', body(), tokens.admin);
    await expectGone(...ADAS);
  });
});

describe('who may erase', () => {
  let provider: TestIdentityProvider;
  beforeAll(async () => {
    provider = await startIdentityProvider();
  });
  afterAll(() => provider.close());

  async function startForAll(): Promise<TestGateway> {
    return start({
      config: {
        profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [KEY] },
        identityProviders: [
          {
            issuer: provider.issuer,
            audience: ['activation-gateway'],
            jwksUri: provider.jwksUri,
            algorithms: ['ES256'],
            grants: [
              { claims: { group: ['privacy'] }, role: 'admin' },
              { claims: { group: ['marketing'] }, role: 'reader', destinations: ['*'] },
              {
                claims: { verified: ['true'] },
                role: 'viewer',
                destination: DESTINATION_ID,
                entity: 'user',
                ids: { email: 'mail' },
              },
            ],
          },
        ],
      },
    });
  }

  it('is an admin, of the configuration or of the identity provider, and nobody else on any face', async () => {
    const gateway = await startForAll();
    const signer = createProfileTokenSigner({ key: KEY, accessToken: 'admin' });
    const refused = {
      reader: tokens.reader,
      'profile token of an admin': (
        await signer.sign({
          destinationId: DESTINATION_ID,
          entity: 'user',
          ids: [{ type: 'email', value: ADA }],
        })
      ).token,
      'reader by claims': await provider.sign({ group: ['marketing'] }),
      'viewer by claims': await provider.sign({ verified: true, mail: ADA }),
    };
    for (const [name, token] of Object.entries(refused)) {
      for (const dryRun of [false, true]) {
        const rest = await gateway.delete('/v2/activation', body({ dryRun }), token);
        expect([rest.status, rest.text], name).toEqual([403, '{"error":"Only an admin may erase profiles"}']);
        const { status, json } = await gateway.graphql(MUTATION, variables({ dryRun }), token);
        expect(status, name).toBe(403);
        expect(json, name).toMatchObject({
          data: { eraseProfiles: null },
          errors: [{ extensions: { code: 'FORBIDDEN' } }],
        });
      }
    }
    await expectGone();
    const privacy = await provider.sign({ group: ['privacy'] });
    expect((await gateway.delete('/v2/activation', body(), privacy)).text).toBe(
      '{"deletedKeys":5,"actualKeys":5}',
    );
    await expectGone(...ADAS);
  });

  it('may only where the destination allows it', async () => {
    const gateway = await startTestGateway({ redisPort: redis.port });
    open.push(gateway);
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([answer.status, answer.json]).toEqual([
      403,
      {
        error: `Nothing may be erased at destination ${DESTINATION_ID}: its configuration does not say allowErase: true`,
      },
    ]);
    const { status, json } = await gateway.graphql(MUTATION, variables(), tokens.admin);
    expect([status, json]).toEqual([
      403,
      expect.objectContaining({
        errors: [expect.objectContaining({ extensions: { code: 'ERASE_NOT_ALLOWED' } })],
      }),
    ]);
    await expectGone();
  });

  it('is asked in the order token, destination, access, arguments', async () => {
    const gateway = await start();
    const wrong = body({ id: 7 });
    for (const [token, destinationId, status] of [
      [null, 'nowhere', 401],
      [tokens.unknown, DESTINATION_ID, 401],
      [tokens.expired, DESTINATION_ID, 401],
      [tokens.reader, 'nowhere', 404],
      [tokens.admin, DISABLED_DESTINATION_ID, 404],
      [tokens.admin, WEBHOOK_DESTINATION_ID, 404],
      [tokens.reader, OTHER_DESTINATION_ID, 401],
      [tokens.reader, DESTINATION_ID, 403],
      [tokens.admin, DESTINATION_ID, 400],
    ] as const) {
      const answer = await gateway.delete('/v2/activation', { ...wrong, destinationId }, token);
      expect(answer.status, `${destinationId}`).toBe(status);
    }
    await expectGone();
  });
});

describe('a request that is not what it must be', () => {
  it('has no ids: told as the hosted API tells it', async () => {
    const gateway = await start();
    const answer = await gateway.delete('/v2/activation', body({ id: [] }), tokens.admin);
    expect([answer.status, answer.text]).toEqual([400, '{"message":"id should have at least one item"}']);
    const graphql = await gateway.graphql(MUTATION, variables({ ids: [] }), tokens.admin);
    expect([graphql.status, graphql.json]).toEqual([
      400,
      expect.objectContaining({
        errors: [expect.objectContaining({ message: 'ids must name at least one id' })],
      }),
    ]);
  });

  it.each([
    [{ id: undefined }, 'id must be an object with type and value, or a list of them'],
    [{ id: null }, 'id must be an object with type and value, or a list of them'],
    [
      { id: [{ type: 'email', value: ADA }, ADA] },
      'id must be an object with type and value, or a list of them',
    ],
    [{ id: { type: 'email' } }, 'id.value must be a string, it is missing'],
    [
      {
        id: [
          { type: 'email', value: ADA },
          { type: 'e:mail', value: ADA },
        ],
      },
      'id[1].type must not hold a colon',
    ],
    [{ id: [{ type: 'email', value: '' }] }, 'id[0].value must not be empty'],
    [{ entity: 'user:email' }, 'entity must not hold a colon'],
    [{ dryRun: 'false' }, 'dryRun must be true or false'],
    [{ dryRun: null }, 'dryRun must be true or false'],
    [{ followLinks: 0 }, 'followLinks must be true or false'],
    [
      { dry_run: true },
      'The body may have entity, destinationId, id, dryRun and followLinks, and nothing else',
    ],
    [{ id: Array.from({ length: 101 }, (_, i) => ({ type: 'email', value: `${i}` })) }, 'at most 100 ids'],
  ])('deletes nothing: %j', async (more, message) => {
    const gateway = await start();
    const answer = await gateway.delete('/v2/activation', body(more), tokens.admin);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
    await expectGone();
  });

  it.each([
    ['{"entity"', 400],
    ['[]', 400],
    ['"x"', 400],
  ])('is no JSON object: %s', async (text, status) => {
    const gateway = await start();
    expect((await gateway.delete('/v2/activation', text, tokens.admin)).status).toBe(status);
    await expectGone();
  });

  it('has its dry run in the query string, of another method, or of v1', async () => {
    const gateway = await start();
    const inSearch = await gateway.delete('/v2/activation?dryRun=true', body(), tokens.admin);
    expect([inSearch.status, inSearch.text]).toEqual([
      400,
      '{"error":"DELETE takes its arguments in the body alone, none in the query string"}',
    ]);
    const v1 = await gateway.delete('/v1/activation', body(), tokens.admin);
    expect([v1.status, v1.headers.get('allow')]).toEqual([405, 'POST']);
    const search = new URLSearchParams({ query: MUTATION, variables: JSON.stringify(variables()) });
    const get = await gateway.get(`/graphql?${search}`, { authorization: `Bearer ${tokens.admin}` });
    expect(get.status).toBe(405);
    const nullDryRun = await gateway.graphql(MUTATION, variables({ dryRun: null }), tokens.admin);
    expect(nullDryRun.status).toBe(400);
    await expectGone();
  });

  it('comes from a page of another origin, which is refused unless it is configured', async () => {
    const gateway = await start({
      server: { cors: { origins: ['https://privacy.example.com'], maxAgeSeconds: 1 } },
    });
    const foreign = await gateway.delete('/v2/activation', body(), tokens.admin, {
      origin: 'https://evil.example.com',
    });
    expect(foreign.status).toBe(403);
    await expectGone();
    const preflight = await fetch(`${gateway.url}/v2/activation`, {
      method: 'OPTIONS',
      headers: { origin: 'https://privacy.example.com', 'access-control-request-method': 'DELETE' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'POST, DELETE',
    ]);
    const own = await gateway.delete('/v2/activation', body(), tokens.admin, {
      origin: 'https://privacy.example.com',
    });
    expect(own.status).toBe(200);
    await expectGone(...ADAS);
  });
});

describe('ids of any kind', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(':', '*', '?', '[', ']', '\\', '\0', '\n', ' ', '%', 'a', '"', '\u{1F600}'),
      minLength: 1,
      maxLength: 12,
    }),
    fc.constantFrom(
      '*',
      '?',
      '[a-z]',
      '__proto__',
      'constructor',
      'user:email:x',
      ADA,
      `${ADA}2`,
      ' ',
      '\r\n',
    ),
  );

  it('are taken letter by letter: exactly their keys are gone', async () => {
    const gateway = await start({ erase: { linkTraits: {} } });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(odd, { minLength: 2, maxLength: 12 }), fc.nat(), async (values, at) => {
        const type = at % 2 === 0 ? 'email' : 'user_id';
        const keysOf = (value: string) => [
          `${PREFIX}:user:${type}:${value}`,
          ...(type === 'user_id' ? [`staging:user:${value}`] : []),
        ];
        for (const key of values.flatMap(keysOf)) {
          await redis.client.hset(key, { m: '{}' });
        }
        before = await dumpKeys(redis.client);
        const erased = values[at % values.length] ?? '';
        const answer = await gateway.delete(
          '/v2/activation',
          body({ id: { type, value: erased } }),
          tokens.admin,
        );
        expect(answer.json).toEqual({
          deletedKeys: keysOf(erased).length,
          actualKeys: keysOf(erased).length,
        });
        await expectGone(...keysOf(erased));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a mutation', () => {
  it('runs once a request, however often the same text comes: interpreted, known and compiled', async () => {
    const gateway = await start();
    await redis.resetStats();
    const one = `mutation { eraseProfiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [{ type: "phone", value: "${ADA}" }], followLinks: false) { deletedKeys } }`;
    const deleted: unknown[] = [];
    for (let request = 0; request < 8; request += 1) {
      await redis.client.hset(`${PREFIX}:user:phone:${ADA}`, { m: '{}' });
      deleted.push((await gateway.graphql(one, {}, tokens.admin)).json);
    }
    expect(deleted).toEqual(
      Array.from({ length: 8 }, () => ({ data: { eraseProfiles: { deletedKeys: 1 } } })),
    );
    expect((await redis.commandStats()).unlink).toBe(8);
    // Variables that do not fit send a known operation the ordinary way: nothing of it may have run before.
    for (let request = 0; request < 4; request += 1) {
      await gateway.graphql(MUTATION, variables({ dryRun: true }), tokens.admin);
    }
    const misfit = await gateway.graphql(MUTATION, variables({ ids: [{ type: 'phone' }] }), tokens.admin);
    expect(misfit.status).toBe(400);
    expect((await redis.commandStats()).unlink).toBe(8);
  });

  it('of several fields runs them in their order', async () => {
    const gateway = await start();
    const field = `eraseProfiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [{ type: "email", value: "${ADA}" }]) { deletedKeys }`;
    for (let request = 0; request < 3; request += 1) {
      await redis.client.hset(EMAIL_KEY, { m: '{}' });
      const { json } = await gateway.graphql(`mutation { a: ${field} b: ${field} }`, {}, tokens.admin);
      expect(json).toEqual({
        data: { a: { deletedKeys: request === 0 ? 5 : 1 }, b: { deletedKeys: 0 } },
      });
      if (request === 0) {
        await expectGone(...ADAS);
      }
    }
  });

  it('in an array of operations tells what it has done, whatever becomes of the others', async () => {
    const limits = {
      ...DEFAULT_LIMITS,
      operations: { max: 3, mode: 'enforce' },
      lookups: { max: 3, mode: 'enforce' },
    } as const;
    const gateway = await start({ config: { limits } });
    const lookups = Array.from(
      { length: 4 },
      (_, i) =>
        `a${i}: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "${i}") { exists }`,
    );
    const { json } = await gateway.post(
      '/graphql',
      [{ query: MUTATION, variables: variables() }, { query: `{ ${lookups.join(' ')} }` }],
      tokens.admin,
    );
    expect(json).toMatchObject([
      { data: { eraseProfiles: { deletedKeys: 5 } } },
      { data: { a0: null }, errors: [{ extensions: { code: 'TOO_MANY_LOOKUPS' } }, {}, {}, {}] },
    ]);
    await expectGone(...ADAS);
  });
});

describe('limits', () => {
  it('count every id that is named, over all erasures of a request', async () => {
    const gateway = await start({
      config: { limits: { ...DEFAULT_LIMITS, lookups: { max: 150, mode: 'enforce' } } },
    });
    const ids = Array.from({ length: 100 }, (_, i) => `{ type: "phone", value: "${i}" }`).join(' ');
    const field = `eraseProfiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [${ids}]) { actualKeys }`;
    const { status, json } = await gateway.graphql(`mutation { a: ${field} b: ${field} }`, {}, tokens.admin);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: { a: { actualKeys: 100 }, b: null },
      errors: [{ path: ['b'], extensions: { code: 'TOO_MANY_LOOKUPS' } }],
    });
  });

  it('of a rate hold for erasures, and nothing is deleted past it', async () => {
    const gateway = await start({
      config: {
        accessTokens: [
          {
            name: 'privacy',
            sha256: hashAccessToken(tokens.admin),
            role: 'admin',
            rate: { lookups: 1, seconds: 60 },
          },
        ],
      },
    });
    const other = body({ id: { type: 'phone', value: ADA } });
    const first = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, expect.stringContaining('r=0')]);
    const second = await gateway.delete('/v2/activation', other, tokens.admin);
    expect([second.status, second.headers.has('retry-after')]).toEqual([429, true]);
    await expectGone(...ADAS);
  });
});

describe('the audit', () => {
  it('names every erasure, refused ones too, and no id in clear', async () => {
    const logged = createLogged();
    const idKey = 'a key for the audit of this test';
    const gateway = await start({
      logger: logged.logger,
      config: { audit: { enabled: true, idKey, sampleSuccesses: 1 } },
    });
    const phone = { type: 'phone', value: ADA };
    await gateway.delete('/v2/activation', body({ dryRun: true }), tokens.admin);
    await gateway.delete('/v2/activation', body({ id: [phone, { type: ADA, value: 'x' }] }), tokens.admin);
    await gateway.delete('/v2/activation', body(), tokens.reader);
    await gateway.graphql(MUTATION, variables(), tokens.admin);
    const lines = logged.lines().filter(({ msg }) => msg === 'request');
    expect(
      lines.map(({ token, method, path, status, erasures }) => ({ token, method, path, status, erasures })),
    ).toEqual([
      {
        token: 'admin',
        method: 'DELETE',
        path: '/v2/activation',
        status: 200,
        erasures: [
          {
            destinationId: DESTINATION_ID,
            entity: 'user',
            idTypes: ['email'],
            count: 1,
            dryRun: true,
            linked: 3,
            deletedKeys: 5,
            actualKeys: 5,
            ids: [expect.stringMatching(/^[0-9a-f]{32}$/)],
          },
        ],
      },
      expect.objectContaining({
        status: 200,
        erasures: [
          expect.objectContaining({
            idTypes: ['phone', '?'],
            count: 2,
            linked: 0,
            deletedKeys: 1,
            actualKeys: 2,
          }),
        ],
      }),
      {
        token: 'reader',
        method: 'DELETE',
        path: '/v2/activation',
        status: 403,
        erasures: [{ destinationId: DESTINATION_ID, count: 0, failed: 'FORBIDDEN' }],
      },
      expect.objectContaining({
        path: '/graphql',
        erasures: [expect.objectContaining({ linked: 3, deletedKeys: 5, actualKeys: 5 })],
      }),
    ]);
    expect(logged.text()).not.toMatch(/ada@example|12345678901234567890|a-1/);
  });
});

describe('another layout', () => {
  const layoutOf = (key: string): LayoutConfig => {
    const parsed = parseKeyTemplate(key);
    if ('problem' in parsed) {
      throw new Error(parsed.problem);
    }
    return { type: 'custom', key: parsed.parts, entity: 'user', value: 'json-string' };
  };

  it('of the event stream: its key and the profile that may lie beside it', async () => {
    const gateway = await start({ layout: { type: 'event-stream', idType: 'anonymous_id', model: 'user' } });
    const answer = await gateway.delete(
      '/v2/activation',
      body({ id: { type: 'anonymous_id', value: 'a-1' } }),
      tokens.admin,
    );
    expect(answer.text).toBe('{"deletedKeys":2,"actualKeys":2}');
    await expectGone('staging:user:a-1', `${PREFIX}:user:anonymous_id:a-1`);
  });

  it('of another tool: its key and the profile, and nobody’s user:<id>', async () => {
    await redis.client.set(`crm:email:${ADA}`, '{"links":{"USER_ID":"12345678901234567890"}}');
    await redis.client.set('crm:user_id:12345678901234567890', '{}');
    before = await dumpKeys(redis.client);
    const gateway = await start({ layout: layoutOf('crm:{idType}:{idValue}') });
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect(answer.text).toBe('{"deletedKeys":4,"actualKeys":4}');
    await expectGone(
      `crm:email:${ADA}`,
      EMAIL_KEY,
      'crm:user_id:12345678901234567890',
      `${PREFIX}:user:user_id:12345678901234567890`,
    );
  });

  it('of JSON documents: the profiles and the event stream', async () => {
    const documents = new Map<string, string | null>([
      [EMAIL_KEY, '{"links":{"USER_ID":"u-1","ANONYMOUS_IDS":["a-1"]}}'],
      [`${PREFIX}:user:user_id:u-1`, '{"m":{"A":1}}'],
      [`${PREFIX}:user:anonymous_id:a-1`, '{"m":{"A":1}}'],
      ['staging:user:u-1', '{"A":1}'],
      [`${PREFIX}:user:email:bob@example.com`, '{"m":{"A":2}}'],
      ['staging:user:u-2', '{"A":2}'],
    ]);
    const server = await startJsonModuleServer(documents);
    const gateway = await start({
      redisPort: server.port,
      redis: { prefix: 'staging', useJSONModule: true },
    });
    open.push(server);
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect(answer.text).toBe('{"deletedKeys":4,"actualKeys":4}');
    expect([...documents.keys()]).toEqual([`${PREFIX}:user:email:bob@example.com`, 'staging:user:u-2']);
  });
});

describe('a Redis that fails', () => {
  it('in the middle: the answer says that some may be deleted, nothing is sent twice, and again is safe', async () => {
    const proxy = await startFaultProxy(redis.port);
    open.push(proxy);
    const gateway = await start({ redisPort: proxy.port, erase: { linkTraits: {} } });
    const ids = ADAS.slice(0, 4).map((key) => {
      const [type = '', ...value] = key.slice(`${PREFIX}:user:`.length).split(':');
      return { type, value: value.join(':') };
    });
    // Connected, so that what breaks is the erasure and not the way to it.
    await gateway.delete('/v2/activation', body({ id: ids, dryRun: true }), tokens.admin);
    await redis.resetStats();
    await proxy.setMode('drop-replies');
    const answer = gateway.delete('/v2/activation', body({ id: ids }), tokens.admin);
    await until('the keys are deleted', async () => expect((await redis.commandStats()).unlink).toBe(5));
    await proxy.setMode('pass');
    proxy.reset();
    const { status, text, headers } = await answer;
    expect([status, headers.has('retry-after')]).toEqual([503, true]);
    expect(text).toContain('0 keys were deleted for certain, and others may have been. Erase again');
    expect((await redis.commandStats()).unlink).toBe(5);
    await expectGone(...ADAS);
    const again = await gateway.delete('/v2/activation', body({ id: ids }), tokens.admin);
    expect([again.status, again.text]).toEqual([200, '{"deletedKeys":0,"actualKeys":5}']);
  });

  it('for one key: the profile that has the links is still there, and again finds them all', async () => {
    await redis.client.call('acl', 'setuser', 'eraser', 'on', '>pw', `~${WORKSPACE_ID}*`, '+@all');
    const gateway = await start({ redis: { prefix: 'staging', username: 'eraser', password: 'pw' } });
    const broken = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([broken.status, broken.text]).toEqual([
      503,
      expect.stringContaining('3 keys were deleted for certain, and others may have been. Erase again'),
    ]);
    await expectGone(...ADAS.slice(1, 4));
    await redis.client.call('acl', 'setuser', 'eraser', '~*');
    const again = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([again.status, again.text]).toEqual([200, '{"deletedKeys":2,"actualKeys":5}']);
    await expectGone(...ADAS);
  });

  it('from the start: nothing was deleted', async () => {
    const proxy = await startFaultProxy(redis.port);
    open.push(proxy);
    await proxy.setMode('refuse');
    const gateway = await start({ redisPort: proxy.port });
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect(answer.status).toBe(503);
    await expectGone();
  });

  it('by refusing: a user without the right, and nothing is said to be gone', async () => {
    await redis.client.call('acl', 'setuser', 'reader', 'on', '>pw', '~*', '+@read', '+@connection', '+info');
    const gateway = await start({ redis: { prefix: 'staging', username: 'reader', password: 'pw' } });
    const answer = await gateway.delete('/v2/activation', body(), tokens.admin);
    expect([answer.status, answer.text]).toEqual([
      503,
      expect.stringContaining('0 keys were deleted for certain'),
    ]);
    await expectGone();
  });
});
