/** One destination's trouble is nobody else's, and a thousand reconnections leave nothing behind. */

import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
import { startRedis } from '../support/redis-server.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

/** What the noise of a small machine adds to a ratio of two p99s that are fractions of a millisecond apart. */
const NOISE_MS = 1;

const ROUNDS = 7;
const REQUESTS_PER_ROUND = 200;

/** The median over several rounds, so that one hiccup of the machine decides nothing. */
async function p99(gateway: TestGateway, destinationId: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    const body = { entity: 'user', destinationId, id: { type: 'user_id', value: 'u-1' } };
    for (let i = 0; i < REQUESTS_PER_ROUND; i += 1) {
      const start = performance.now();
      expect((await gateway.post('/v1/activation', body, tokens.admin)).status).toBe(200);
      times.push(performance.now() - start);
    }
    rounds.push(times.sort((a, b) => a - b)[Math.floor(REQUESTS_PER_ROUND * 0.99)] ?? 0);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

describe.each(['stopped', 'hanging'])('a destination whose Redis is %s', (state) => {
  it('does not slow the answers of another: its p99 is at most 1.2 times what it was', async () => {
    const [one, other] = await Promise.all([startRedis(), startRedis()]);
    open.push(one, other);
    await other.client.hset(`${WORKSPACE_ID}:${OTHER_DESTINATION_ID}:user:user_id:u-1`, { m: '{"A":1}' });
    const gateway = await startTestGateway({ redisPort: one.port, otherRedisPort: other.port });
    open.push(gateway);
    await p99(gateway, OTHER_DESTINATION_ID);
    // Load on the first destination all the while, so that its trouble has a chance to spread.
    let running = true;
    const body = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'user_id', value: 'u-1' } };
    const load = (async () => {
      while (running) {
        await gateway.post('/v1/activation', body, tokens.admin);
        await sleep(2);
      }
    })();
    const before = await p99(gateway, OTHER_DESTINATION_ID);
    await (state === 'stopped' ? one.stop() : one.pause());
    await sleep(100);
    const during = await p99(gateway, OTHER_DESTINATION_ID);
    running = false;
    one.resume();
    await load;
    process.stdout.write(
      `p99 of the other destination: ${before.toFixed(2)} ms before, ${during.toFixed(2)} ms while ${state}\n`,
    );
    expect(during).toBeLessThanOrEqual(before * 1.2 + NOISE_MS);
  });
});

describe('1,000 forced disconnects', () => {
  it('leave no more sockets, timers or memory than before', async () => {
    const redis = await startRedis();
    open.push(redis);
    await redis.client.hset('k', { m: '{"A":1}' });
    const client = openRedisClient({
      destinationId: 'd',
      settings: {
        ...PLAIN_REDIS,
        addresses: [{ host: '127.0.0.1', port: redis.port }],
        clusterMode: false,
      },
      timeoutMs: 1_000,
      logger: createLogger({ level: 'silent' }),
    });
    open.push(client);
    const disconnect = async (times: number) => {
      for (let i = 0; i < times; i += 1) {
        const id = /id=(\d+) [^\n]*name=activation-gateway/.exec(
          String(await redis.client.client('LIST')),
        )?.[1];
        if (id !== undefined) {
          await redis.client.call('CLIENT', 'KILL', 'ID', id);
        }
        const [reply] = await client.pipeline([['hget', 'k', 'm']]);
        expect(reply).toEqual({ kind: 'value', value: Buffer.from('{"A":1}') });
      }
    };
    await disconnect(50);
    const before = footprint();
    await disconnect(1_000);
    const after = footprint();
    expect(after.sockets).toBeLessThanOrEqual(before.sockets);
    expect(after.resources).toBeLessThanOrEqual(before.resources + 1);
    expect(after.heapMb - before.heapMb).toBeLessThan(10);
    expect(await redis.client.info('clients')).toMatch(/connected_clients:2\r/);
  }, 120_000);
});

/** Without it, the heap has whatever was dropped since the last collection. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function footprint(): { sockets: number; resources: number; heapMb: number } {
  collectGarbage();
  return {
    sockets: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
    heapMb: process.memoryUsage().heapUsed / 1e6,
  };
}
