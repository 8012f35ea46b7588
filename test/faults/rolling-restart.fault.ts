/** Two gateways behind a balancer are restarted in turn, under load, and no caller notices. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { startBalancer } from '../support/balancer.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js';
import { startLoad } from '../support/load.js';
import { startRedis } from '../support/redis-server.js';

const IDS = Array.from({ length: 500 }, (_, i) => `u-${i}`);

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) {
    await close();
  }
});

it('a rolling restart of two gateways behind a balancer fails no request', async () => {
  const redis = await startRedis();
  open.push(() => redis.close());
  const pipeline = redis.client.pipeline();
  for (const id of IDS) {
    pipeline.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`, {
      user_360: JSON.stringify({ ID: id }),
      other: '{}',
    });
  }
  await pipeline.exec();
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-rolling-'));
  open.push(() => rm(folder, { recursive: true, force: true }));
  const token = mintAccessToken();
  const ports = [await freePort(), await freePort()];
  const start = async (port: number): Promise<GatewayProcess> => {
    const file = join(folder, `${port}.yaml`);
    await writeFile(
      file,
      `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: 2000, config: { address: "${redis.address}" } }
accessTokens: [{ name: load, role: admin, sha256: ${hashAccessToken(token)} }]
server: { host: 127.0.0.1, port: ${port}, drainSeconds: 1 }
`,
    );
    const gateway = startGatewayProcess(['serve', '--config', file, '--workers', '2']);
    open.push(() => gateway.stop());
    await gateway.waitFor(/"msg":"listening"/);
    return gateway;
  };
  const gateways = [];
  for (const port of ports) {
    gateways.push({ port, process: await start(port) });
  }
  const balancer = await startBalancer(ports);
  open.push(() => balancer.close());
  await expect.poll(() => balancer.ready).toHaveLength(2);

  const load = startLoad({ url: balancer.url, token, ids: IDS }, 8);
  await sleep(500);
  for (const gateway of gateways) {
    expect(await gateway.process.stop()).toBe(0);
    expect(balancer.ready).not.toContain(gateway.port);
    gateway.process = await start(gateway.port);
    await expect.poll(() => balancer.ready, { timeout: 5_000 }).toHaveLength(2);
    await sleep(500);
  }
  const counts = await load.stop();
  process.stdout.write(
    `rolling restart: ${counts.lookups} lookups, ${counts.unanswered} requests unanswered\n`,
  );
  expect(counts).toMatchObject({ missing: 0, wrong: 0, unanswered: 0, failed: new Map() });
  expect(counts.found).toBe(counts.lookups);
  expect(counts.lookups).toBeGreaterThan(5_000);
}, 60_000);
