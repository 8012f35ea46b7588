import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedisAddress, RedisSettings } from '../../src/config/config.js';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { startSentinel } from '../support/redis-sentinel.js';
import { startRedis } from '../support/redis-server.js';
import { makeTlsCertificates, type TlsCertificates } from '../support/tls-certificates.js';
import { startTlsRedis } from '../support/tls-redis.js';

const QUERY = `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "u-1") { trait(name: "N") } }`;
const KEY = `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-1`;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) {
    await close();
  }
});

async function store(client: Pick<Redis, 'hset'>, n = 1): Promise<void> {
  await client.hset(KEY, { m: `{"N":${n}}` });
}

async function gatewayFor(redis: Partial<RedisSettings>): Promise<TestGateway> {
  const gateway = await startTestGateway({ redisPort: 0, timeoutMs: 1_000, redis });
  open.push(() => gateway.close());
  return gateway;
}

function toAddress(address: string): RedisAddress {
  const [host = '', port] = address.split(':');
  return { host, port: Number(port) };
}

const answer = (n: number) => ({ data: { profile: { trait: n } } });

describe('a Unix socket', () => {
  it('is read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-socket-'));
    const socketPath = join(folder, 'redis.sock');
    const redis = await startRedis({ args: ['--unixsocket', socketPath] });
    open.push(
      () => rm(folder, { recursive: true, force: true }),
      () => redis.close(),
    );
    await store(redis.client);
    const gateway = await gatewayFor({ addresses: [], socketPath });
    expect((await gateway.graphql(QUERY)).json).toEqual(answer(1));
  });
});

describe('an ACL user', () => {
  it('needs no more than the documentation says', async () => {
    const redis = await startRedis();
    open.push(() => redis.close());
    await redis.client.call(
      'ACL',
      'SETUSER',
      'gateway',
      'on',
      '>pw',
      `~${WORKSPACE_ID}:*`,
      '+hgetall',
      '+hmget',
      '+ping',
    );
    await store(redis.client);
    const gateway = await gatewayFor({
      addresses: [{ host: '127.0.0.1', port: redis.port }],
      clusterMode: false,
      username: 'gateway',
      password: 'pw',
    });
    expect((await gateway.graphql(QUERY)).json).toEqual(answer(1));
    expect((await gateway.get('/readyz')).json).toMatchObject({ destinations: [{ status: 'ready' }, {}] });
  });
});

describe('TLS', () => {
  let certificates: TlsCertificates;
  beforeAll(async () => {
    certificates = await makeTlsCertificates();
  });
  afterAll(() => certificates.close());

  it('is trusted through caCertificate, and through nothing else but skipVerify', async () => {
    const redis = await startTlsRedis({ certificates });
    open.push(() => redis.close());
    await store(redis.server.client);
    const addresses = [{ host: 'localhost', port: redis.port }];
    const { certificate: caCertificate } = certificates.authority;
    for (const [tls, status] of [
      [{ skipVerify: false, caCertificate }, 200],
      [{ skipVerify: true }, 200],
      [{ skipVerify: false }, 503],
      [{ skipVerify: false, caCertificate, serverName: 'another.example' }, 503],
    ] as const) {
      const gateway = await gatewayFor({ addresses, tls });
      expect((await gateway.graphql(QUERY)).status).toBe(status);
    }
    const plain = await gatewayFor({ addresses });
    expect((await plain.graphql(QUERY)).status).toBe(503);
  });

  it('shows a client certificate to a server that asks for one', async () => {
    const redis = await startTlsRedis({ certificates, requireClientCertificate: true });
    open.push(() => redis.close());
    await store(redis.server.client);
    const addresses = [{ host: '127.0.0.1', port: redis.port }];
    const { certificate: caCertificate } = certificates.authority;
    const { certificate: clientCertificate, key: clientKey } = certificates.client;
    const without = await gatewayFor({ addresses, tls: { skipVerify: false, caCertificate } });
    expect((await without.graphql(QUERY)).status).toBe(503);
    const tls = { skipVerify: false, caCertificate, clientCertificate, clientKey };
    const gateway = await gatewayFor({ addresses, tls });
    expect((await gateway.graphql(QUERY)).json).toEqual(answer(1));
  });
});

describe('sentinels', () => {
  it('lead to the primary, and after a failover to the new one', async () => {
    const redis = await startSentinel({ name: 'profiles' });
    open.push(() => redis.close());
    const first = await redis.primary();
    await store(first.client);
    await first.client.wait(1, 2_000);
    const gateway = await gatewayFor({
      addresses: [],
      sentinel: { name: 'profiles', addresses: redis.sentinelAddresses.map(toAddress) },
    });
    expect((await gateway.graphql(QUERY)).json).toEqual(answer(1));
    const primary = await redis.failover();
    await store(primary.client, 2);
    await expect
      .poll(async () => (await gateway.graphql(QUERY)).json, { timeout: 5_000, interval: 50 })
      .toEqual(answer(2));
  }, 40_000);
});

describe('readFrom', () => {
  it('reads replicas where it says so, and the primary where none can be asked', async () => {
    const redis = await startRedisCluster({ primaries: 3, replicasPerPrimary: 1 });
    open.push(() => redis.close());
    await store(redis.client);
    const primary = await redis.nodeOf(KEY);
    const replica = redis.nodes.find((node) => node !== primary && node.shard === primary.shard);
    if (replica === undefined) {
      throw new Error('each primary has a replica');
    }
    await primary.client.wait(1, 2_000);
    const reads = async () =>
      Promise.all([primary, replica].map(async (node) => (await node.commandStats()).hgetall ?? 0));
    for (const [readFrom, expected] of [
      ['primary', [5, 0]],
      ['replica', [0, 5]],
      ['prefer-replica', [0, 5]],
    ] as const) {
      const gateway = await gatewayFor({
        addresses: redis.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
        readFrom,
      });
      await gateway.get('/readyz');
      await redis.resetStats();
      for (let i = 0; i < 5; i += 1) {
        expect((await gateway.graphql(QUERY)).json).toEqual(answer(1));
      }
      expect(await reads()).toEqual(expected);
    }
    const preferring = await gatewayFor({
      addresses: redis.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      readFrom: 'prefer-replica',
    });
    expect((await preferring.graphql(QUERY)).json).toEqual(answer(1));
    await replica.kill();
    await expect
      .poll(async () => (await preferring.graphql(QUERY)).json, { timeout: 3_000, interval: 50 })
      .toEqual(answer(1));
  }, 60_000);
});
