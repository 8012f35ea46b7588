/**
 * Faults under a steady load. Whatever breaks: no answer says "not stored" for a profile that is stored, none is another
 * id's, nothing crashes, every failure has its code in time, and all is well again soon after the fault is over.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import calculateSlot from 'cluster-key-slot';
import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js';
import { type Load, type LoadCounts, startLoad } from '../support/load.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const TIMEOUT_MS = 250;
/** Where nothing may fail: a machine that stands still for a moment is not what is looked at. */
const PATIENT_MS = 2_000;
/** Beside the time-out: what the contract grants a failed lookup. */
const GRACE_MS = 50;
/** From the end of a fault to the last failure. */
const RECOVERY_MS = 2_000;
const IDS = Array.from({ length: 2_000 }, (_, i) => `u-${i}`);
const CODES = new Set(['STORE_UNAVAILABLE', 'STORE_TIMEOUT']);

const open: (() => Promise<unknown>)[] = [];
const totals = { lookups: 0, failed: 0, slowestFailureMs: 0 };

afterEach(async () => {
  for (const close of open.splice(0).reverse()) {
    await close();
  }
});
afterAll(() => {
  const { lookups, failed, slowestFailureMs } = totals;
  process.stdout.write(
    `faults under load: ${lookups} lookups, ${failed} of them failed, the slowest in ${slowestFailureMs.toFixed(0)} ms\n`,
  );
});

async function store(client: Redis | Cluster): Promise<void> {
  await Promise.all(
    IDS.map((id) =>
      client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`, {
        user_360: `{"ID":"${id}"}`,
        churn_scores: '{"CHURN_30D":0.5}',
      }),
    ),
  );
}

/** A gateway of its own process before the given Redis, under load. */
async function startUnderLoad(
  address: string,
  timeoutMs = TIMEOUT_MS,
): Promise<{ gateway: GatewayProcess; load: Load }> {
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-faults-'));
  open.push(() => rm(folder, { recursive: true, force: true }));
  const token = mintAccessToken();
  const port = await freePort();
  const file = join(folder, 'gateway.yaml');
  await writeFile(
    file,
    `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: ${timeoutMs}, config: { address: "${address}" } }
accessTokens: [{ name: load, role: admin, sha256: ${hashAccessToken(token)} }]
server: { host: 127.0.0.1, port: ${port} }
`,
  );
  const gateway = startGatewayProcess(['serve', '--config', file]);
  open.push(() => gateway.stop());
  await gateway.waitFor(/"msg":"listening"/);
  const url = `http://127.0.0.1:${port}`;
  // The way is warm before anything is measured.
  const warmUp = startLoad({ url, token, ids: IDS });
  await sleep(500);
  expect((await warmUp.stop()).found).toBeGreaterThan(0);
  const load = startLoad({ url, token, ids: IDS });
  open.push(() => load.stop());
  await sleep(500);
  return { gateway, load };
}

/** Ends the load a moment after the fault is over, and looks at all that came back. */
async function settle(
  load: Load,
  gateway: GatewayProcess,
  faultOverAt: number,
  timeoutMs = TIMEOUT_MS,
): Promise<LoadCounts> {
  await sleep(RECOVERY_MS + 1_000);
  const counts = await load.stop();
  const failed = [...counts.failed.values()].reduce((sum, n) => sum + n, 0);
  totals.lookups += counts.lookups;
  totals.failed += failed;
  totals.slowestFailureMs = Math.max(totals.slowestFailureMs, counts.slowestFailureMs - counts.ownStallMs);
  expect({ missing: counts.missing, wrong: counts.wrong, unanswered: counts.unanswered }).toEqual({
    missing: 0,
    wrong: 0,
    unanswered: 0,
  });
  expect([...counts.failed.keys()].filter((code) => !CODES.has(code))).toEqual([]);
  // What held up the process that measures is not the gateway's.
  expect(counts.slowestFailureMs - counts.ownStallMs).toBeLessThanOrEqual(timeoutMs + GRACE_MS);
  expect(counts.lastFailureAt - faultOverAt).toBeLessThan(RECOVERY_MS);
  expect(counts.found + failed).toBe(counts.lookups);
  expect(await gateway.stop()).toBe(0);
  return counts;
}

async function startStoredRedis(args: readonly string[] = []): Promise<RedisServer> {
  const redis = await startRedis({ args });
  open.push(() => redis.close());
  await store(redis.client);
  return redis;
}

describe('a single server', () => {
  it('killed with -9 and started again from its append-only file', async () => {
    const redis = await startStoredRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    const { gateway, load } = await startUnderLoad(redis.address);
    await redis.kill();
    await sleep(1_500);
    await redis.restart();
    const counts = await settle(load, gateway, performance.now());
    expect(counts.failed.get('STORE_UNAVAILABLE')).toBeGreaterThan(0);
  });

  it('stopped with SIGSTOP for 5 s', async () => {
    const redis = await startStoredRedis();
    const { gateway, load } = await startUnderLoad(redis.address);
    redis.pause();
    await sleep(5_000);
    redis.resume();
    const counts = await settle(load, gateway, performance.now());
    expect(counts.failed.get('STORE_TIMEOUT')).toBeGreaterThan(0);
  });

  it('that makes its clients wait (CLIENT PAUSE) for a second', async () => {
    const redis = await startStoredRedis();
    const { gateway, load } = await startUnderLoad(redis.address);
    await redis.client.client('PAUSE', 1_000, 'ALL');
    await sleep(1_000);
    await settle(load, gateway, performance.now());
  });

  it('that takes no more clients (maxclients)', async () => {
    const redis = await startStoredRedis();
    const { gateway, load } = await startUnderLoad(redis.address);
    await redis.client.config('SET', 'maxclients', 1);
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sleep(1_500);
    await redis.client.config('SET', 'maxclients', 1_000);
    const counts = await settle(load, gateway, performance.now());
    expect(counts.failed.get('STORE_UNAVAILABLE')).toBeGreaterThan(0);
  });

  it('whose clients are disconnected 20 times: no lookup fails, it is sent again', async () => {
    const redis = await startStoredRedis();
    const { gateway, load } = await startUnderLoad(redis.address, PATIENT_MS);
    for (let i = 0; i < 20; i += 1) {
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await sleep(150);
    }
    const counts = await settle(load, gateway, performance.now());
    expect([...counts.failed]).toEqual([]);
  });
});

describe('a network', () => {
  it.each(['stall', 'drop-replies', 'reset', 'refuse'] as const)('that does %s for 2 s', async (mode) => {
    const redis = await startStoredRedis();
    const proxy = await startFaultProxy(redis.port);
    open.push(() => proxy.close());
    const { gateway, load } = await startUnderLoad(proxy.address);
    await proxy.setMode(mode);
    if (mode === 'refuse') {
      proxy.reset();
    }
    await sleep(2_000);
    await proxy.setMode('pass');
    const counts = await settle(load, gateway, performance.now());
    expect(counts.failed.size).toBeGreaterThan(0);
  });

  it('that delays every reply by less than the time-out, and then by more', async () => {
    const redis = await startStoredRedis();
    const proxy = await startFaultProxy(redis.port);
    open.push(() => proxy.close());
    const { gateway, load } = await startUnderLoad(proxy.address, 1_000);
    proxy.setDelayMs(100);
    await sleep(1_000);
    expect([...load.counts.failed]).toEqual([]);
    proxy.setDelayMs(1_200);
    await sleep(2_500);
    proxy.setDelayMs(0);
    const counts = await settle(load, gateway, performance.now(), 1_000);
    expect(counts.failed.get('STORE_TIMEOUT')).toBeGreaterThan(0);
  });
});

describe('a cluster of three primaries and three replicas', () => {
  it('whose primary is killed with -9: its replica takes over', async () => {
    const redis = await startRedisCluster({ primaries: 3, replicasPerPrimary: 1 });
    open.push(() => redis.close());
    await store(redis.client);
    await redis.client.wait(1, 1_000).catch(() => 0);
    await sleep(500);
    const { gateway, load } = await startUnderLoad(redis.addresses);
    const [primary] = await redis.primaries();
    if (primary === undefined) {
      throw new Error('a cluster has a primary');
    }
    await primary.kill();
    await redis.replacementOf(primary);
    const counts = await settle(load, gateway, performance.now());
    expect(counts.failed.size).toBeGreaterThan(0);
  });

  it('whose primary hands over to its replica, and whose slots move: nothing fails', async () => {
    const redis = await startRedisCluster({ primaries: 3, replicasPerPrimary: 1 });
    open.push(() => redis.close());
    await store(redis.client);
    await sleep(500);
    const { gateway, load } = await startUnderLoad(redis.addresses, PATIENT_MS);
    for (const id of IDS.slice(0, 10)) {
      const key = `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`;
      const from = await redis.nodeOf(key);
      const to = (await redis.primaries()).find((node) => node !== from);
      if (to !== undefined) {
        await redis.moveSlot(calculateSlot(key), to);
      }
    }
    const counts = await settle(load, gateway, performance.now());
    expect([...counts.failed]).toEqual([]);
  });
});

describe('all faults together', () => {
  it('were tried with at least 200,000 lookups', () => {
    expect(totals.lookups).toBeGreaterThan(200_000);
  });
});
