/** A load that is killed over and over, by SIGKILL, wherever it is: with a checkpoint every row is there in the end. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTO_USERS, KEY_PREFIX, type LoadFolder, loadFolder } from '../support/load-table.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const KILLS = 20;
const ROWS = 200_000;
/** Of a load, from its first write on. */
const LONGEST_LIFE_MS = 600;
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
  return `{"ROW":${row},"TEXT":"${'x'.repeat(60)}","END":${row}}`;
}

async function hasBegun(): Promise<void> {
  await until('the load writes', async () => expect((await redis.commandStats()).hset).toBeGreaterThan(0));
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
    const checkpoint = join(folder.path, 'checkpoint');
    const args = [file, ...INTO_USERS, '--checkpoint', checkpoint, '--rejects', rejects];

    let kills = 0;
    let killsThatLeftACheckpoint = 0;
    while (kills < KILLS) {
      await redis.resetStats();
      // Small batches: the load shall not be over before it is killed.
      const load = await folder.start([...args, '--batch', '5']);
      const isOver = load.exit().then(() => true);
      await Promise.race([isOver, hasBegun()]);
      if (await Promise.race([isOver, sleep(Math.random() * LONGEST_LIFE_MS, false)])) {
        // It was quick; the next one begins anew.
        continue;
      }
      process.kill(load.pid, 'SIGKILL');
      await load.exit();
      kills += 1;
      killsThatLeftACheckpoint += existsSync(checkpoint) ? 1 : 0;
    }
    expect(killsThatLeftACheckpoint).toBeGreaterThan(KILLS / 2);
    const last = await folder.start(args);
    expect([await last.exit(), last.output()]).toEqual([2, expect.stringMatching(/rows loaded/)]);

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
    const rejected = (await readFile(rejects, 'utf8')).trimEnd().split('\n');
    expect(rejected.map((line) => JSON.parse(line).row)).toEqual(
      Array.from({ length: ROWS / REJECTED_EVERY }, (_, index) => index * REJECTED_EVERY + 1),
    );
  }, 60_000);
});
