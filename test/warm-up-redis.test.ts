import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startMadeUpRedis } from '../src/warm-up-redis.js';

it('answers a client of Redis: the same profile whoever is asked for, and its traits for every model', async () => {
  const profile = { user_360: '{"NAME":"Ada"}' };
  const server = await startMadeUpRedis(profile);
  const client = new Redis({ host: server.host, port: server.port, protocol: 2, enableReadyCheck: false });
  const lookups = client.pipeline();
  for (let index = 0; index < 5_000; index += 1) {
    lookups.hgetall(`${'key'.repeat(index % 7)}:${index}`);
  }
  const replies = await lookups.hmget('key', 'a', 'b', 'c').exec();
  expect(replies).toEqual([...Array(5_000).fill([null, profile]), [null, Array(3).fill(profile.user_360)]]);
  client.disconnect();
  server.close();
});
