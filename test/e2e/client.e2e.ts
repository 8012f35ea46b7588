/** The typed client before real gateways and a real Redis, from Node and from a page. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationError, createClient } from '../../src/client/index.js';
import { DEFAULT_LIMITS, DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import { bundleClient } from '../client/bundle.js';
import { launchChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  DISABLED_DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Site, startSite } from '../support/site.js';

interface UserTraits {
  user_360: { FIRST_NAME: string; LOYALTY_TIER: 'gold' | 'silver'; VISITS: number };
  churn_scores: { CHURN_30D: number };
}

const KEY = { kid: 'test', algorithm: 'HS256', secret: 'a-secret-of-the-tests-only-32-bytes!' } as const;
const ADA = { entity: 'user', destinationId: DESTINATION_ID, idType: 'email', idValue: 'ada' };

let redis: RedisServer;
let gateway: TestGateway;
let browser: Browser;
let shop: Site;

beforeAll(async () => {
  redis = await startRedis();
  shop = await startSite(PAGE, { '/client.js': await bundleClient() });
  gateway = await startTestGateway({
    redisPort: redis.port,
    otherRedisPort: await freePort(),
    config: { profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [KEY] } },
    server: { cors: { origins: [shop.origin], maxAgeSeconds: 60 } },
  });
  const key = `${WORKSPACE_ID}:${DESTINATION_ID}:user`;
  await redis.client.hset(`${key}:email:ada`, {
    user_360: '{"FIRST_NAME":"Ada","LOYALTY_TIER":"gold","VISITS":7}',
    churn_scores: '{"CHURN_30D":0.0312}',
  });
  await redis.client.hset(`${key}:email:broken`, { user_360: '{"FIRST_NAME":' });
  await redis.client.hset(`${key}:email:odd`, '__proto__', '{"constructor":1}');
  for (let at = 0; at < 1_250; at += 2) {
    await redis.client.hset(`${key}:n:${at}`, { user_360: `{"VISITS":${at}}` });
  }
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await shop?.close();
  await redis?.close();
});

const client = () => createClient({ url: `${gateway.url}/`, token: tokens.admin });

describe('a profile', () => {
  it('comes with its traits, typed', async () => {
    const ada = await client().profile<UserTraits>(ADA);
    const tier: 'gold' | 'silver' | undefined = ada.traits.user_360?.LOYALTY_TIER;
    expect(tier).toBe('gold');
    expect(ada).toEqual({
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value: 'ada' },
      exists: true,
      traits: {
        user_360: { FIRST_NAME: 'Ada', LOYALTY_TIER: 'gold', VISITS: 7 },
        churn_scores: { CHURN_30D: 0.0312 },
      },
    });
  });

  it('comes with the models and traits that are asked for', async () => {
    const asking = client();
    const [models, names, none] = await Promise.all([
      asking.profile({ ...ADA, models: ['churn_scores'] }),
      asking.profile({ ...ADA, names: ['VISITS'] }),
      asking.profile({ ...ADA, models: ['no_such'] }),
    ]);
    expect(models.traits).toEqual({ churn_scores: { CHURN_30D: 0.0312 } });
    expect(names.traits).toEqual({ user_360: { VISITS: 7 } });
    expect(none).toMatchObject({ exists: true, traits: {} });
  });

  it('may have models and traits of any name', async () => {
    const { traits } = await client().profile({ ...ADA, idValue: 'odd' });
    expect(JSON.stringify(traits)).toBe('{"__proto__":{"constructor":1}}');
  });

  it('that is not stored does not exist, and that is no error', async () => {
    expect(await client().profile({ ...ADA, idValue: 'nobody' })).toMatchObject({
      exists: false,
      traits: {},
    });
  });
});

describe('many in one tick', () => {
  it('reach Redis as one pipeline, each with its own answer or error', async () => {
    const asking = client();
    const before = await redis.commandStats();
    const [list, ...others] = await Promise.all([
      asking.profiles({
        entity: 'user',
        destinationId: DESTINATION_ID,
        ids: ['ada', 'nobody', 'broken', ''].map((value) => ({ type: 'email', value })),
      }),
      ...[
        { ...ADA, entity: 'account' },
        { ...ADA, idType: 'a:b' },
        { ...ADA, destinationId: OTHER_DESTINATION_ID },
      ].map((request) => asking.profile(request).catch((error: unknown) => error)),
    ]);
    const [ada, nobody, broken, empty] = list;
    expect([ada, nobody]).toMatchObject([{ exists: true }, { exists: false }]);
    expect(broken).toMatchObject({ code: 'MALFORMED_TRAITS', status: 502 });
    expect(empty).toMatchObject({
      code: 'BAD_REQUEST',
      status: 400,
      message: 'ids[3].value must not be empty',
    });
    expect(others).toMatchObject([
      { exists: false },
      { code: 'BAD_REQUEST', requestId: expect.any(String) },
      { code: 'STORE_UNAVAILABLE', status: 503 },
    ]);
    // Each once, the same id of two entities being two.
    expect(((await redis.commandStats()).hgetall ?? 0) - (before.hgetall ?? 0)).toBe(4);
  });

  it('are as many as are asked for, over the limits of a request', async () => {
    const ids = Array.from({ length: 1_250 }, (_, at) => ({ type: 'n', value: String(at) }));
    const profiles = await client().profiles<UserTraits>({
      entity: 'user',
      destinationId: DESTINATION_ID,
      ids,
    });
    expect(
      profiles.map((each) => (each instanceof ActivationError ? each.code : each.traits.user_360?.VISITS)),
    ).toEqual(ids.map((_, at) => (at % 2 === 0 ? at : undefined)));
  });

  it.each([
    [DISABLED_DESTINATION_ID, tokens.admin, 'INVALID_DESTINATION', 404],
    ['', tokens.admin, 'INVALID_DESTINATION', 404],
    [OTHER_DESTINATION_ID, tokens.reader, 'UNAUTHENTICATED', 401],
  ])(
    'do not fail because one is for a destination that may not be read: %j',
    async (destinationId, token, code, status) => {
      const asking = createClient({ url: gateway.url, token });
      const [ada, other, missing] = await Promise.allSettled([
        asking.profile(ADA),
        asking.profile({ ...ADA, destinationId }),
        asking.profile({ ...ADA, idValue: 'nobody' }),
      ]);
      expect(ada).toMatchObject({ value: { exists: true } });
      expect(other).toMatchObject({ reason: { code, status } });
      expect(missing).toMatchObject({ value: { exists: false } });
    },
  );
});

describe('a failure', () => {
  it('is never a missing profile, whatever fails', async () => {
    const failures = await Promise.allSettled([
      createClient({ url: gateway.url, token: tokens.unknown }).profile(ADA),
      createClient({ url: `${gateway.url}/nowhere`, token: tokens.admin }).profile(ADA),
      createClient({ url: gateway.url, token: tokens.admin, retries: 0 }).profile({
        ...ADA,
        destinationId: OTHER_DESTINATION_ID,
      }),
      createClient({ url: `http://127.0.0.1:${await freePort()}`, token: tokens.admin }).profile(ADA),
    ]);
    expect(failures).toMatchObject([
      { reason: { code: 'UNAUTHENTICATED', status: 401, message: expect.stringContaining('access token') } },
      { reason: { code: 'UNEXPECTED_RESPONSE', status: 404 } },
      { reason: { code: 'STORE_UNAVAILABLE', status: 503, retryAfterSeconds: 1 } },
      { reason: { code: 'UNREACHABLE' } },
    ]);
  });

  it('of the rate is asked again when the budget is full', async () => {
    const limited = await startTestGateway({
      redisPort: redis.port,
      config: { limits: { ...DEFAULT_LIMITS, rate: { lookups: 1, seconds: 1, mode: 'enforce' } } },
    });
    const asking = createClient({ url: limited.url, token: tokens.admin });
    await asking.profile(ADA);
    expect(await asking.profile({ ...ADA, idValue: 'nobody' })).toMatchObject({ exists: false });
    const impatient = createClient({ url: limited.url, token: tokens.admin, retries: 0 });
    await expect(impatient.profile(ADA)).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    await limited.close();
  });
});

describe('a viewer', () => {
  const mint = async () => {
    const ids = [{ type: 'email', value: 'ada' }];
    const answer = await gateway.post('/v1/profile-tokens', {
      destinationId: DESTINATION_ID,
      entity: 'user',
      ids,
    });
    return (answer.json as { token: string }).token;
  };

  it('reads the profile of its token, in the same request as others', async () => {
    const asking = createClient({ url: gateway.url, token: mint });
    const [viewer, ada, other] = await Promise.allSettled([
      asking.viewer<UserTraits>({ names: ['FIRST_NAME'] }),
      asking.profile(ADA),
      asking.profile({ ...ADA, idValue: 'grace' }),
    ]);
    expect(viewer).toMatchObject({
      value: {
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        profile: {
          id: { type: 'email', value: 'ada' },
          exists: true,
          traits: { user_360: { FIRST_NAME: 'Ada' } },
        },
      },
    });
    expect(ada).toMatchObject({ value: { exists: true } });
    expect(other).toMatchObject({ reason: { code: 'FORBIDDEN', status: 403 } });
  });

  it('is null for a token that is for nobody, and an error for an id that it has not', async () => {
    expect(await client().viewer()).toBeNull();
    const asking = createClient({ url: gateway.url, token: mint });
    await expect(asking.viewer({ idType: 'user_id' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

/** What a page of the shop does with the client: two ticks, one that fails and one with two lookups. */
const PAGE = `<!doctype html><title>A shop</title><script type="module">
  import { createClient } from './client.js';
  globalThis.ask = async ({ url, token, ada }) => {
    const client = createClient({ url, token });
    const error = await client.profile({ ...ada, destinationId: 'nowhere' }).catch((reason) => reason);
    const [known, unknown] = await Promise.all([client.profile(ada), client.profile({ ...ada, idValue: 'nobody' })]);
    return { code: error.code, requestId: error.requestId, known, unknown };
  };
</script>`;

describe('in a page', () => {
  it('works as in Node: batches, reads, tells errors', async () => {
    const page = await (await browser.newContext()).newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.goto(shop.origin);
    const asked = JSON.stringify({ url: gateway.url, token: tokens.reader, ada: ADA });
    expect(await page.evaluate(`ask(${asked})`)).toMatchObject({
      code: 'INVALID_DESTINATION',
      requestId: expect.any(String),
      known: { exists: true, traits: { user_360: { FIRST_NAME: 'Ada' } } },
      unknown: { exists: false },
    });
    expect(requests.filter((each) => each === 'POST /graphql')).toHaveLength(2);
    await page.close();
  });
});
