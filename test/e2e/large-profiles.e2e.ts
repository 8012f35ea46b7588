import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const BYTES = 5_000_000;

let redis: RedisServer;
let gateway: TestGateway;
const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(key('large'), {
    big: JSON.stringify({ BLOB: 'x'.repeat(BYTES) }),
    little: '{"A":1}',
  });
  await redis.client.hset(key('wide'), { m: JSON.stringify({ BLOB: '日'.repeat(400) }) });
  await redis.client.hset(key('small-1'), { m: '{"A":1}' });
  gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: 5_000 });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

function activate(to: TestGateway, value: string) {
  return to.post('/v1/activation', {
    entity: 'user',
    destinationId: DESTINATION_ID,
    id: { type: 'user_id', value },
  });
}

describe('a profile of 5 MB', () => {
  it('comes whole', async () => {
    const { status, text } = await activate(gateway, 'large');
    expect(status).toBe(200);
    expect(text.length).toBeGreaterThan(BYTES);
  });
});

describe('a bound on the size of a profile', () => {
  it('is told with the bound, and leaves the profile’s other models and other profiles alone', async () => {
    const bounded = await startTestGateway({ redisPort: redis.port, maxProfileBytes: 1_000_000 });
    const refused = await activate(bounded, 'large');
    expect(refused.status).toBe(502);
    expect(refused.json).toEqual({ error: expect.stringContaining('larger than the 1000000 bytes') });
    const { status, json } = await bounded.graphql(
      `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [{ type: "user_id", value: "large" }, { type: "user_id", value: "small-1" }]) { exists } }`,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: { profiles: [null, { exists: true }] },
      errors: [{ path: ['profiles', 0], extensions: { code: 'PROFILE_TOO_LARGE' } }],
    });
    const little = await bounded.graphql(
      `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "large") { traits(models: ["little"]) } }`,
    );
    expect(little.json).toEqual({ data: { profile: { traits: { little: { A: 1 } } } } });
    await bounded.close();
  });

  it('counts bytes, not characters', async () => {
    // 400 characters of three bytes, and what stands around them.
    for (const [maxProfileBytes, status] of [
      [1_210, 502],
      [1_211, 200],
    ] as const) {
      const bounded = await startTestGateway({ redisPort: redis.port, maxProfileBytes });
      expect((await activate(bounded, 'wide')).status).toBe(status);
      await bounded.close();
    }
  });
});
