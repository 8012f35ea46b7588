import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LayoutConfig, ProfileTokenKeyConfig } from '../../src/config/config.js';
import { DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import { createProfileTokenSigner } from '../../src/index.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const KEY: ProfileTokenKeyConfig = {
  kid: 'k',
  algorithm: 'HS256',
  secret: 'a secret of this test alone, long enough',
};

let redis: RedisServer;
let folder: string;
let catalog: string;
const open: TestGateway[] = [];

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-catalogue-'));
  catalog = join(folder, 'pb_project.yaml');
  await writeFile(
    catalog,
    `name: shop
entities:
  - name: user
    id_types: [main_id, email, user_id]
    feature_views:
      using_ids:
        - { id: email, name: by_email }
        - { id: user_id, name: by_user_id }
  - name: account
    serve_traits: [{ id_served: domain }]
  - name: campaign
    id_types: [campaign_id]
`,
  );
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
});
afterEach(async () => {
  for (const gateway of open.splice(0)) {
    await gateway.close();
  }
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

async function start({ config = {}, ...options }: Partial<TestGatewayOptions> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({
    redisPort: redis.port,
    config: { catalog, profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [KEY] }, ...config },
    ...options,
  });
  open.push(gateway);
  return gateway;
}

const profile = (entity: string, idType: string) =>
  `profile(entity: "${entity}", destinationId: "${DESTINATION_ID}", idType: "${idType}", idValue: "ada") { exists }`;
const body = (entity: string, type: string) => ({
  entity,
  destinationId: DESTINATION_ID,
  id: { type, value: 'ada' },
});

describe('with a catalogue', () => {
  it('GraphQL tells the entities that are synced, and by which id types', async () => {
    const gateway = await start();
    const { json } = await gateway.graphql('{ entities { name idTypes } }');
    expect(json).toEqual({
      data: {
        entities: [
          { name: 'user', idTypes: ['email', 'user_id'] },
          { name: 'account', idTypes: ['domain'] },
        ],
      },
    });
  });

  it.each([
    ['user', 'phone', 'idType', 'id.type', 'must be one of email, user_id: no other is synced'],
    ['user', 'domain', 'idType', 'id.type', 'must be one of email, user_id: no other is synced'],
    ['account', 'email', 'idType', 'id.type', 'must be domain: no other is synced'],
    ['campaign', 'campaign_id', 'entity', 'entity', 'must be one of user, account: no other is synced'],
    ['constructor', 'email', 'entity', 'entity', 'must be one of user, account: no other is synced'],
  ])(
    'a lookup of %s by %s is BAD_REQUEST on both faces',
    async (entity, idType, inGraphQL, inRest, message) => {
      const gateway = await start();
      await redis.resetStats();
      const { status, json } = await gateway.graphql(`{ ${profile(entity, idType)} }`);
      expect([status, json]).toEqual([
        400,
        {
          data: { profile: null },
          errors: [
            expect.objectContaining({
              message: `${inGraphQL} ${message}`,
              extensions: { code: 'BAD_REQUEST' },
            }),
          ],
        },
      ]);
      for (const path of ['/v1/activation', '/v2/activation']) {
        const rest = await gateway.post(path, body(entity, idType));
        expect([rest.status, rest.json]).toEqual([400, { error: `${inRest} ${message}` }]);
      }
      expect(await redis.commandStats()).not.toHaveProperty('hgetall');
    },
  );

  it('one of many ids fails alone, and says which', async () => {
    const gateway = await start();
    const { status, json } = await gateway.graphql(
      `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [{ type: "email", value: "ada" }, { type: "phone", value: "1" }]) { exists } }`,
    );
    expect([status, json]).toEqual([
      200,
      {
        data: { profiles: [{ exists: true }, null] },
        errors: [
          expect.objectContaining({
            path: ['profiles', 1],
            message: 'ids[1].type must be one of email, user_id: no other is synced',
          }),
        ],
      },
    ]);
  });

  it('what is wrong with a token or a destination is told first', async () => {
    const gateway = await start();
    const wrong = body('orders', 'phone');
    for (const [token, destinationId, status] of [
      [null, DESTINATION_ID, 401],
      [tokens.reader, 'nowhere', 404],
      [tokens.otherDestination, DESTINATION_ID, 401],
      [tokens.reader, DESTINATION_ID, 400],
    ] as const) {
      const answer = await gateway.post('/v1/activation', { ...wrong, destinationId }, token);
      expect(answer.status).toBe(status);
    }
  });

  it('no token is minted for an id that is not synced, and a viewer is served by the ids that are', async () => {
    const gateway = await start();
    const minted = await gateway.post('/v1/profile-tokens', {
      destinationId: DESTINATION_ID,
      entity: 'user',
      ids: [{ type: 'phone', value: '1' }],
    });
    expect([minted.status, minted.json]).toEqual([
      400,
      { error: 'ids[0].type must be one of email, user_id: no other is synced' },
    ]);
    // A BFF signs what it likes.
    const { token } = await createProfileTokenSigner({ key: KEY, accessToken: 'reader' }).sign({
      destinationId: DESTINATION_ID,
      entity: 'user',
      ids: [
        { type: 'phone', value: '1' },
        { type: 'email', value: 'ada' },
      ],
    });
    const { json } = await gateway.graphql(
      '{ viewer { profile { id { value } exists } } entities { name idTypes } }',
      {},
      token,
    );
    expect(json).toEqual({
      data: {
        viewer: { profile: { id: { value: 'ada' }, exists: true } },
        entities: [{ name: 'user', idTypes: ['email'] }],
      },
    });
    const named = await gateway.graphql('{ viewer { profile(idType: "phone") { exists } } }', {}, token);
    expect(named.json).toMatchObject({
      data: { viewer: { profile: null } },
      errors: [{ message: 'idType must be email: no other is synced', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('what another tool or the event stream has written is not held to it', async () => {
    const layout: LayoutConfig = { type: 'event-stream', idType: 'user_id', model: 'user' };
    const gateway = await start({ layout });
    expect((await gateway.post('/v1/activation', body('orders', 'phone'))).status).toBe(200);
    expect((await gateway.graphql('{ entities { name } }')).json).toEqual({ data: { entities: [] } });
  });
});

describe('without a catalogue', () => {
  it('entities is null beside what else is asked for, and any id may be asked for', async () => {
    const gateway = await startTestGateway({ redisPort: redis.port });
    open.push(gateway);
    const { json } = await gateway.graphql(`{ entities { name idTypes } ${profile('orders', 'phone')} }`);
    expect(json).toEqual({ data: { entities: null, profile: { exists: false } } });
  });
});

describe('a catalogue that cannot be had', () => {
  it.each([
    ['nowhere.yaml', /nowhere\.yaml does not exist: name the pb_project\.yaml of a Profiles project/],
    [
      'wrong.yaml',
      /wrong\.yaml is not valid \(1 mistake\):\n {2}entities\[0\]\.serve_traits \(line 3\): must be a list/,
    ],
  ])('stops the start, and says what is wrong: %s', async (name, message) => {
    await writeFile(join(folder, 'wrong.yaml'), 'entities:\n  - name: user\n    serve_traits: email\n');
    const file = join(folder, 'gateway.yaml');
    await writeFile(
      file,
      `catalog: ${name}
destinations:
  - { id: d, workspaceId: w, type: REDIS, config: { address: "${redis.address}" } }
server: { host: 127.0.0.1, port: 0 }
`,
    );
    const { code, output } = await runCli(['serve', '--config', file, '--workers', '1']);
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });
});
