/** A token that is revoked stops working within a second, and nobody else notices. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { startLoad } from '../support/load.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';

const ROUNDS = 8;
const IDS = Array.from({ length: 500 }, (_, i) => `u-${i}`);

let redis: RedisServer;
let served: ServedFiles;

beforeAll(async () => {
  redis = await startRedis();
  const pipeline = redis.client.pipeline();
  for (const id of IDS) {
    pipeline.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`, {
      user_360: JSON.stringify({ ID: id }),
      other: '{}',
    });
  }
  await pipeline.exec();
  served = await serveFiles(redis.address);
});
afterAll(async () => {
  await served.close();
  await redis.close();
});

it('a revoked token stops working within a second, with no failed request for others under load', async () => {
  const token = await served.createToken('others', '--destination', DESTINATION_ID);
  await expect.poll(() => served.ask(token)).toBe(200);
  const load = startLoad({ url: served.url, token, ids: IDS });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `leaver-${round}`;
    const leaver = await served.createToken(name, '--destination', DESTINATION_ID);
    await expect.poll(() => served.ask(leaver)).toBe(200);
    const { code } = await served.cli('token', 'revoke', name);
    expect(code).toBe(0);
    // The command writes the file last thing before it ends, so the time is told a little short, by its exit.
    const start = performance.now();
    while ((await served.ask(leaver)) !== 401) {
      await sleep(5);
    }
    times.push(performance.now() - start);
  }
  const counts = await load.stop();
  const longest = Math.max(...times);
  process.stdout.write(
    `revoked tokens stopped working after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms; ${counts.lookups} lookups of others, ${counts.failed.size} failed\n`,
  );
  expect(longest).toBeLessThan(1_000);
  expect(counts).toMatchObject({ missing: 0, wrong: 0, unanswered: 0, failed: new Map() });
  expect(counts.found).toBe(counts.lookups);
  expect(counts.lookups).toBeGreaterThan(1_000);
}, 60_000);
