/** Here, because it measures time. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const BYTES = 5_000_000;
const SMALL = Array.from({ length: 20 }, (_, i) => `small-${i}`);
/** For checking and writing what was transferred, and the noise of a small machine. */
const SLACK_MS = 150;

let redis: RedisServer;
let gateway: TestGateway;
const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(key('large'), { big: JSON.stringify({ BLOB: 'x'.repeat(BYTES) }) });
  for (const value of SMALL) {
    await redis.client.hset(key(value), { m: '{"A":1}' });
  }
  gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: 5_000 });
  await activate('small-0');
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

it('a profile of 5 MB holds up the small ones queued behind it no longer than its own transfer', async () => {
  const transferMs = await timed(() => redis.client.hgetall(key('large')));
  const large = activate('large');
  const small = await Promise.all(SMALL.map((value) => timed(() => activate(value))));
  await large;
  expect(Math.max(...small)).toBeLessThan(transferMs + SLACK_MS);
});

function activate(value: string) {
  return gateway.post('/v1/activation', {
    entity: 'user',
    destinationId: DESTINATION_ID,
    id: { type: 'user_id', value },
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
