import { afterEach, describe, expect, it } from 'vitest';
import { PLAIN_REDIS } from '../../src/config/defaults.js';
import { openRedisClient } from '../../src/redis/open-client.js';
import { createLogger } from '../../src/telemetry/logger.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { timed } from '../support/timed.js';

const TIMEOUT_MS = 250;
/** What a busy test machine may add to a time-out. */
const SLACK_MS = 250;
const QUERY = `query ($d: ID!) { profile(entity: "user", destinationId: $d, idType: "user_id", idValue: "u-1") { exists traits } }`;
const LIST = `query ($d: ID!) { profiles(entity: "user", destinationId: $d, ids: [{ type: "user_id", value: "u-1" }, { type: "user_id", value: "u-2" }]) { exists } }`;
const BODY = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'user_id', value: 'u-1' } };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

async function start(): Promise<{ redis: RedisServer; other: RedisServer; gateway: TestGateway }> {
  const [redis, other] = await Promise.all([startRedis(), startRedis()]);
  const gateway = await startTestGateway({
    redisPort: redis.port,
    otherRedisPort: other.port,
    timeoutMs: TIMEOUT_MS,
  });
  open.push(redis, other, gateway);
  await store(redis, DESTINATION_ID);
  await store(other, OTHER_DESTINATION_ID);
  return { redis, other, gateway };
}

async function store(redis: RedisServer, destination: string): Promise<void> {
  await redis.client.hset(`${WORKSPACE_ID}:${destination}:user:user_id:u-1`, { user_360: '{"A":1}' });
}

const found = { data: { profile: { exists: true, traits: { user_360: { A: 1 } } } } };

describe('a Redis that is stopped', () => {
  it('gives 503 at once on both faces, never exists: false, and Retry-After', async () => {
    const { redis, gateway } = await start();
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).json).toEqual(found);
    await redis.stop();
    for (let i = 0; i < 20; i += 1) {
      const graphql = await timed(() => gateway.graphql(QUERY, { d: DESTINATION_ID }));
      expect(graphql.value.status).toBe(503);
      expect(graphql.value.headers.get('retry-after')).toBe('1');
      expect(graphql.value.json).toMatchObject({
        data: { profile: null },
        errors: [
          {
            message: `The Redis of destination ${DESTINATION_ID} cannot be reached`,
            extensions: { code: 'STORE_UNAVAILABLE' },
          },
        ],
      });
      const rest = await timed(() => gateway.post('/v1/activation', BODY));
      expect(rest.value.status).toBe(503);
      expect(rest.value.json).toEqual({
        error: `The Redis of destination ${DESTINATION_ID} cannot be reached`,
      });
      expect(Math.max(graphql.ms - graphql.heldUpMs, rest.ms - rest.heldUpMs)).toBeLessThan(
        TIMEOUT_MS + SLACK_MS,
      );
    }
    const list = await gateway.graphql(LIST, { d: DESTINATION_ID });
    expect(list.status).toBe(503);
    expect(list.json).toMatchObject({ data: { profiles: [null, null] } });
  });

  it('recovers by itself within 2 s of its return', async () => {
    const { redis, gateway } = await start();
    await redis.stop();
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await redis.restart();
    await store(redis, DESTINATION_ID);
    await expect
      .poll(async () => (await gateway.graphql(QUERY, { d: DESTINATION_ID })).json, {
        timeout: 2_000,
        interval: 50,
      })
      .toEqual(found);
  });

  it('does not touch the lookups of another destination, in the same request and in others', async () => {
    const { redis, gateway } = await start();
    await redis.stop();
    const both = await gateway.graphql(
      `{ a: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "u-1") { exists }
         b: profile(entity: "user", destinationId: "${OTHER_DESTINATION_ID}", idType: "user_id", idValue: "u-1") { exists } }`,
      undefined,
      tokens.admin,
    );
    expect(both.status).toBe(200);
    expect(both.json).toMatchObject({ data: { a: null, b: { exists: true } }, errors: [{ path: ['a'] }] });
  });

  it('is no reason not to start: the gateway answers 503 for it and heals', async () => {
    const redis = await startRedis();
    await redis.stop();
    const gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: TIMEOUT_MS });
    open.push(redis, gateway);
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).status).toBe(503);
    expect((await gateway.get('/readyz')).status).toBe(503);
    expect((await gateway.get('/healthz')).status).toBe(200);
    await redis.restart();
    await store(redis, DESTINATION_ID);
    await expect
      .poll(async () => (await gateway.graphql(QUERY, { d: DESTINATION_ID })).json, {
        timeout: 2_000,
        interval: 50,
      })
      .toEqual(found);
    await expect
      .poll(async () => (await gateway.get('/readyz')).status, { timeout: 2_000, interval: 50 })
      .toBe(200);
  });
});

describe('a Redis that hangs', () => {
  it('gives 504 within the destination’s time-out, and the truth again once it goes on', async () => {
    const { redis, gateway } = await start();
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).status).toBe(200);
    redis.pause();
    for (let i = 0; i < 3; i += 1) {
      const { value, ms, heldUpMs } = await timed(() => gateway.graphql(QUERY, { d: DESTINATION_ID }));
      expect(value.status).toBe(504);
      expect(value.json).toMatchObject({
        data: { profile: null },
        errors: [
          {
            message: `The Redis of destination ${DESTINATION_ID} did not answer within 250 ms`,
            extensions: { code: 'STORE_TIMEOUT' },
          },
        ],
      });
      expect(ms).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
      expect(ms - heldUpMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    }
    // Long enough for the connection to be given up; attempts to connect hang too.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const away = await timed(() => gateway.graphql(QUERY, { d: DESTINATION_ID }));
    expect([503, 504]).toContain(away.value.status);
    expect(away.ms - away.heldUpMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    redis.resume();
    await expect
      .poll(async () => (await gateway.graphql(QUERY, { d: DESTINATION_ID })).json, {
        timeout: 2_000,
        interval: 50,
      })
      .toEqual(found);
  });
});

describe('a Redis that refuses to serve', () => {
  it('gives 503, never "nothing stored", to a user without rights', async () => {
    const redis = await startRedis();
    await redis.client.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+ping', '+select', '+info');
    await store(redis, DESTINATION_ID);
    const gateway = await startTestGateway({
      redisPort: redis.port,
      redis: { username: 'limited', password: 'secret' },
    });
    open.push(redis, gateway);
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).status).toBe(503);
    await redis.client.call('ACL', 'SETUSER', 'limited', '+hgetall');
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).json).toEqual(found);
  });

  it('gives 503 to a wrong password, and no word of it', async () => {
    const redis = await startRedis({ args: ['--requirepass', 'right'] });
    const gateway = await startTestGateway({ redisPort: redis.port, redis: { password: 'wrong-secret' } });
    open.push(redis, gateway);
    const { status, text } = await gateway.graphql(QUERY, { d: DESTINATION_ID });
    expect(status).toBe(503);
    expect(text).not.toContain('wrong-secret');
  });
});

describe('an empty database', () => {
  it('is the truth after a full restart: exists is false', async () => {
    const { redis, gateway } = await start();
    expect((await gateway.graphql(QUERY, { d: DESTINATION_ID })).json).toEqual(found);
    await redis.kill();
    await redis.restart();
    await expect
      .poll(async () => (await gateway.graphql(QUERY, { d: DESTINATION_ID })).json, {
        timeout: 2_000,
        interval: 50,
      })
      .toEqual({ data: { profile: { exists: false, traits: {} } } });
  });
});

describe('more batches than a destination takes at once', () => {
  it('are refused at once, and those under way go on', async () => {
    const redis = await startRedis();
    open.push(redis);
    const client = openRedisClient({
      destinationId: DESTINATION_ID,
      settings: {
        ...PLAIN_REDIS,
        addresses: [{ host: '127.0.0.1', port: redis.port }],
        clusterMode: false,
      },
      timeoutMs: 2_000,
      logger: createLogger({ level: 'silent' }),
    });
    open.push(client);
    await client.check();
    redis.pause();
    let refused = 0;
    const batches = Array.from({ length: 1_100 }, async () => {
      const [reply] = await client.pipeline([['get', 'k']]);
      refused += reply?.kind === 'failed' && reply.error.code === 'STORE_UNAVAILABLE' ? 1 : 0;
      return reply;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(refused).toBe(100);
    redis.resume();
    const replies = await Promise.all(batches);
    expect(replies.filter((reply) => reply?.kind === 'value')).toHaveLength(1_000);
  });
});
