import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { WORKSPACE_ID } from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { makeTlsCertificates, type TlsCertificates } from '../support/tls-certificates.js';
import { startTlsRedis, type TlsRedis } from '../support/tls-redis.js';

let folder: string;
let plain: RedisServer;
let locked: RedisServer;
let cluster: RedisCluster;
let certificates: TlsCertificates;
let tls: TlsRedis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-check-'));
  certificates = await makeTlsCertificates();
  [plain, locked, cluster, tls] = await Promise.all([
    startRedis(),
    startRedis({ args: ['--requirepass', 'right'] }),
    startRedisCluster({ primaries: 3 }),
    startTlsRedis({ certificates }),
  ]);
  for (let i = 0; i < 300; i += 1) {
    await plain.client.hset(`${WORKSPACE_ID}:good:user:user_id:u-${i}`, {
      user_360: '{}',
      churn_scores: '{}',
    });
    await cluster.client.hset(`${WORKSPACE_ID}:spread:user:user_id:u-${i}`, { user_360: '{}' });
  }
  await plain.client.set(`${WORKSPACE_ID}:strings:user:user_id:u-1`, '{}');
}, 60_000);
afterAll(async () => {
  await Promise.all([plain.close(), locked.close(), cluster.close(), tls.close()]);
  await certificates.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the command prints of one destination. */
async function check(id: string, config: object): Promise<{ code: number | null; output: string }> {
  const file = join(folder, `${id}.yaml`);
  const destination = { id, workspaceId: WORKSPACE_ID, type: 'REDIS', config };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ destinations: [destination] }));
  return runCli(['destinations', 'check', '--config', file]);
}

describe('destinations check', () => {
  it('says version, mode, nodes, latency, and the models of a sample', async () => {
    const { code, output } = await check('good', { address: plain.address });
    expect(code).toBe(0);
    expect(output).toMatch(/Redis [\d.]+, single server, 1 node, \d+\.\d ms a PING/);
    expect(output).toContain('200 keys sampled: 200 hash');
    expect(output).toContain('models: churn_scores, user_360');
  });

  it('finds a cluster where clusterMode is left out', async () => {
    const { code, output } = await check('spread', { address: cluster.nodes[0]?.address });
    expect(code).toBe(0);
    expect(output).toMatch(/cluster \(found\), 3 nodes/);
    expect(output).toContain('models: user_360');
  });

  it.each([
    [
      'empty',
      () => ({ address: plain.address }),
      'no key begins with',
      'check id, workspaceId and database 0',
    ],
    ['strings', () => ({ address: plain.address }), 'none of the keys is a hash', ''],
    ['json', () => ({ address: plain.address, useJSONModule: true }), 'no key begins with', ''],
    ['single', () => ({ address: plain.address, clusterMode: true }), 'set clusterMode to false', ''],
    [
      'node',
      () => ({ address: cluster.nodes[0]?.address, clusterMode: false }),
      'set clusterMode to true',
      '',
    ],
    ['nopass', () => ({ address: locked.address }), 'asks for a password: set password', ''],
    [
      'wrongpass',
      () => ({ address: locked.address, password: 'wrong-secret' }),
      'username or password is wrong',
      '',
    ],
    ['notls', () => ({ address: plain.address, secure: true }), 'set secure to false', ''],
    ['tls', () => ({ address: tls.address }), 'set secure to true', ''],
    ['untrusted', () => ({ address: tls.address, secure: true }), 'set caCertificate', ''],
  ])('says what to change: %s', async (id, config, problem, advice) => {
    const { code, output } = await check(id, config());
    expect(code).toBe(1);
    expect(output).toContain(problem);
    expect(output).toContain(advice);
    expect(output).not.toContain('wrong-secret');
    expect(output).toContain('1 of 1 destinations needs a look.');
  });

  it('says so when nothing listens there', async () => {
    const { code, output } = await check('away', { address: `127.0.0.1:${await freePort()}` });
    expect(code).toBe(1);
    expect(output).toContain('nothing listens there: check address');
  });
});
