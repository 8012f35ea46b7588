import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { before, TIMED_OUT } from '../../src/redis/deadline.js';
import { sendTogether } from '../../src/redis/send.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const LIMIT_MS = 100;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
  await redis.client.set('ada', 'found');
});
afterAll(() => redis.close());

const asked = () => before(performance.now() + LIMIT_MS, sendTogether(redis.client, [['get', 'ada']]));

/** As the compiling of a long operation or a collection of garbage does. */
function holdUpFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('takes what came in time, though this process was held up and reads it late', async () => {
  const answer = asked();
  // It is written at the end of this turn of the event loop.
  await setImmediate();
  holdUpFor(2 * LIMIT_MS);
  expect(await answer).toMatchObject([{ kind: 'value' }]);
});

it('ends what does not come', async () => {
  redis.pause();
  const start = performance.now();
  expect(await asked()).toBe(TIMED_OUT);
  expect(performance.now() - start).toBeGreaterThanOrEqual(LIMIT_MS - 1);
  redis.resume();
});
