/** A real Redis of the bench's own, full of profiles. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { DESTINATION_ID, PROFILES, profileOf, SHAPES, WORKSPACE_ID } from './cases.mjs';
import { freePort } from './free-port.mjs';

const BATCH = 5_000;

const keyOf = (value) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;

export async function startRedis() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-bench-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...args, '--dir', folder], { stdio: 'ignore' });
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  while ((await client.ping()) !== 'PONG') {
    await sleep(20);
  }
  for (let from = 0; from < PROFILES; from += BATCH) {
    const pipeline = client.pipeline();
    for (let index = from; index < from + BATCH; index += 1) {
      pipeline.hset(keyOf(`u-${index}`), profileOf(index));
    }
    await pipeline.exec();
  }
  for (const { name, profiles, make } of SHAPES) {
    const pipeline = client.pipeline();
    for (let index = 0; index < profiles; index += 1) {
      pipeline.hset(keyOf(`${name}-${index}`), make());
    }
    await pipeline.exec();
  }
  const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
  return {
    port,
    version,
    client,
    stop() {
      client.disconnect();
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
