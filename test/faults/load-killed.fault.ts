/** A load that is killed over and over, by SIGKILL, wherever it is: with a checkpoint every row is there in the end. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTO_USERS, KEY_PREFIX, type LoadFolder, loadFolder } from '../support/load-table.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const KILLS = 20;
const ROWS = 100_000;
/** A row that is rejected, every so often. */
const REJECTED_EVERY = 1_000;

let redis: RedisServer;
let folder: LoadFolder;

beforeAll(async () => {
  redis = await startRedis();
  folder = await loadFolder(redis.address);
});
afterAll(async () => {
  await folder.remove();
  await redis.close();
});

function traits(row: number): string {
  return `{"ROW":${row},"TEXT":"${'x'.repeat(400)}","END":${row}}`;
}

describe('a load that is killed 20 times at any moment', () => {
  it('has every row in the end, none of them torn, and each rejected row once', async () => {
    const lines = Array.from({ length: ROWS }, (_, row) =>
      row % REJECTED_EVERY === 0
        ? `{"user_id":null,"ROW":${row}}`
        : `{"user_id":"u-${row}",${traits(row).slice(1)}`,
    );
    const file = await folder.write('users.ndjson', `${lines.join('\n')}\n`);
    const rejects = join(folder.path, 'rejects.ndjson');
    const args = [file, ...INTO_USERS, '--checkpoint', join(folder.path, 'checkpoint'), '--rejects', rejects];

    let kills = 0;
    let killedWhileLoading = 0;
    let code: number | null = null;
    while (kills < KILLS) {
      const before = await redis.client.dbsize();
      const load = await folder.start([...args, '--batch', '100']);
      // Its start takes some 300 ms; after that it may be anywhere.
      const isOver = await Promise.race([
        load.exit().then(() => true),
        sleep(250 + Math.random() * 500, false),
      ]);
      if (isOver) {
        code = await load.exit();
        break;
      }
      process.kill(load.pid, 'SIGKILL');
      await load.exit();
      kills += 1;
      killedWhileLoading += (await redis.client.dbsize()) > before ? 1 : 0;
    }
    expect(kills).toBe(KILLS);
    expect(killedWhileLoading).toBeGreaterThan(3);
    const last = await folder.start(args);
    code = await last.exit();
    expect([code, last.output()]).toEqual([2, expect.stringMatching(/rows loaded/)]);

    expect(await redis.client.dbsize()).toBe(ROWS - ROWS / REJECTED_EVERY);
    const pipeline = redis.client.pipeline();
    const loaded = [...lines.keys()].filter((row) => row % REJECTED_EVERY !== 0);
    for (const row of loaded) {
      pipeline.hgetall(`${KEY_PREFIX}:user:user_id:u-${row}`);
    }
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, row] of loaded.entries()) {
      expect(replies[index]?.[1]).toEqual({ user_360: traits(row) });
    }
  });
});
