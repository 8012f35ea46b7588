/** The tests lean on these servers: what they promise holds. Single servers and the proxy are in support.test.ts. */

import { existsSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import calculateSlot from 'cluster-key-slot';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertSettled } from './cluster-view.js';
import { type RedisCluster, startRedisCluster } from './redis-cluster.js';
import { startSentinel } from './redis-sentinel.js';
import { makeTlsCertificates, type TlsCertificates } from './tls-certificates.js';
import { startTlsRedis } from './tls-redis.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

describe('a Redis Cluster of three primaries and three replicas', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ replicasPerPrimary: 1 });
  });
  afterAll(() => cluster.close());

  it('serves all slots, each by one primary, and every node knows who', async () => {
    expect(await Promise.all(cluster.nodes.map((node) => node.role()))).toEqual([
      ...Array(3).fill('primary'),
      ...Array(3).fill('replica'),
    ]);
    expect(cluster.nodes.map(({ shard }) => shard)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(await Promise.all(cluster.nodes.map((node) => node.slots()))).toEqual([
      [[0, 5460]],
      [[5461, 10921]],
      [[10922, 16383]],
      [],
      [],
      [],
    ]);
    expect(cluster.addresses).toBe(cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join());
    for (const node of cluster.nodes) {
      const slots = await node.client.cluster('SLOTS');
      expect(slots.map(([first, , ...servers]) => [first, servers.length])).toEqual(
        expect.arrayContaining([0, 5461, 10922].map((first) => [first, 2])),
      );
    }
  });

  it('keeps what its client puts on the node of the key, and counts calls by node', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `key:${index}`);
    await cluster.resetStats();
    const expected = cluster.nodes.map(() => 0);
    for (const key of keys) {
      await cluster.client.hset(key, { model: key });
      const node = await cluster.nodeOf(key);
      expect(await node.client.hget(key, 'model')).toBe(key);
      const index = cluster.nodes.indexOf(node);
      expected[index] = (expected[index] ?? 0) + 1;
    }
    expect((await cluster.commandStats()).map(({ hget = 0 }) => hget)).toEqual(expected);
    expect(expected.filter((calls) => calls > 0)).toHaveLength(3);
  });

  it('holds a slot half-way so that clients are sent on by ASK, then completes the move', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => `{half-way}:${index}`);
    for (const key of keys) {
      await cluster.client.set(key, `value of ${key}`);
    }
    const slot = calculateSlot('half-way');
    const from = await cluster.nodeOf('half-way');
    const to = otherThan(from, await cluster.primaries());
    const { moved, remaining } = await cluster.startMoving(slot, to);
    expect([moved.length, remaining.length]).toEqual([3, 2]);
    expect([...moved, ...remaining].sort()).toEqual(keys);
    await expect(from.client.get(moved[0] ?? '')).rejects.toThrow(`ASK ${slot} ${to.address}`);
    expect(await from.client.get(remaining[0] ?? '')).toBe(`value of ${remaining[0]}`);
    expect(await cluster.nodeOf('half-way')).toBe(from);

    await cluster.finishMoving(slot);
    expect(await cluster.nodeOf('half-way')).toBe(to);
    await expect(from.client.get(keys[0] ?? '')).rejects.toThrow(`MOVED ${slot} ${to.address}`);
    for (const key of keys) {
      expect(await to.client.get(key)).toBe(`value of ${key}`);
    }
    await expect(cluster.finishMoving(slot)).rejects.toThrow('not on its way');
  });

  it('moves a slot with its keys to another node', async () => {
    await cluster.client.set('moving', 'value');
    const to = otherThan(await cluster.nodeOf('moving'), await cluster.primaries());
    await cluster.moveSlot(calculateSlot('moving'), to);
    expect(await cluster.nodeOf('moving')).toBe(to);
    expect(await to.client.get('moving')).toBe('value');
    await expect(cluster.moveSlot(calculateSlot('moving'), to)).rejects.toThrow('there already');
  });

  it('makes a primary and its replica change places', async () => {
    await cluster.client.set('handed over', 'value');
    const old = await cluster.nodeOf('handed over');
    const next = await cluster.failover(old);
    expect(next).not.toBe(old);
    expect(next.shard).toBe(old.shard);
    expect(await old.role()).toBe('replica');
    expect(await cluster.nodeOf('handed over')).toBe(next);
    expect(await next.client.get('handed over')).toBe('value');
    await expect(old.client.get('handed over')).rejects.toThrow('MOVED');
  });

  it('replaces a primary that was killed, and takes it back as a replica', async () => {
    const old = await cluster.nodeOf('elected');
    await old.client.set('elected', 'value');
    await expect.poll(() => replicaOf(old).client.dbsize()).toBe(await old.client.dbsize());
    await old.kill();
    expect(old.running).toBe(false);
    const next = await cluster.replacementOf(old);
    expect(next).toBe(replicaOf(old));
    expect(await next.client.get('elected')).toBe('value');
    await old.restart();
    await cluster.untilSettled();
    expect(await old.role()).toBe('replica');
    expect(await cluster.replicas()).toHaveLength(3);
  });

  it('replaces a primary that hangs', async () => {
    const old = await cluster.nodeOf('hanging');
    old.pause();
    const next = await cluster.replacementOf(old);
    expect(next.shard).toBe(old.shard);
    old.resume();
    await cluster.untilSettled();
    expect(await old.role()).toBe('replica');
  });

  function replicaOf(primary: RedisCluster['nodes'][number]): RedisCluster['nodes'][number] {
    return otherThan(
      primary,
      cluster.nodes.filter(({ shard }) => shard === primary.shard),
    );
  }
});

describe('a smaller Redis Cluster', () => {
  it('forms with a password, and moves a slot', async () => {
    const cluster = await startRedisCluster({ args: ['--requirepass', 'a-password'] });
    open.push(cluster);
    await cluster.client.set('key', 'value');
    const from = await cluster.nodeOf('key');
    await cluster.moveSlot(calculateSlot('key'), otherThan(from, cluster.nodes));
    expect(await cluster.client.get('key')).toBe('value');
    const stranger = new Redis({ port: from.port, lazyConnect: true, protocol: 2 });
    stranger.on('error', () => {});
    open.push({ close: async () => stranger.disconnect() });
    await expect(stranger.get('key')).rejects.toThrow('NOAUTH');
  });

  it('leaves slots to nobody when a primary without a replica is killed, and is not called settled', async () => {
    const cluster = await startRedisCluster();
    open.push(cluster);
    const clientsOfRunning = () => cluster.nodes.filter(({ running }) => running).map(({ client }) => client);
    await assertSettled(clientsOfRunning());
    await (await cluster.nodeOf('key')).kill();
    await expect(cluster.nodeOf('key')).rejects.toThrow('No running node serves slot');
    await expect(assertSettled(clientsOfRunning())).rejects.toThrow();
    const [survivor] = await cluster.primaries();
    await expect(survivor && cluster.failover(survivor)).rejects.toThrow('running replica');
  });

  it('leaves nothing behind when it is closed, however often', async () => {
    const cluster = await startRedisCluster({ primaries: 1, replicasPerPrimary: 1 });
    const folders = await Promise.all(
      cluster.nodes.map(async ({ client }) => String(await client.config('GET', 'dir')).split(',')[1] ?? ''),
    );
    expect(folders.map((folder) => existsSync(`${folder}/nodes.conf`))).toEqual([true, true]);
    cluster.nodes[0]?.pause();
    await cluster.close();
    await cluster.close();
    expect(cluster.nodes.map(({ pid }) => pid)).toEqual([undefined, undefined]);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
  });
});

describe('sentinels', () => {
  it('name another primary when theirs is killed', async () => {
    const sentinel = await startSentinel({ name: 'watched' });
    open.push(sentinel);
    const [old, next] = await Promise.all([sentinel.primary(), sentinel.replica()]);
    await old.client.set('name', 'value');
    await expect.poll(() => next.client.get('name')).toBe('value');
    await expect(next.client.set('name', 'other')).rejects.toThrow('READONLY');

    expect(await sentinel.failover()).toBe(next);
    expect(old.pid).toBeUndefined();
    expect([await sentinel.primary(), await sentinel.replica()]).toEqual([next, old]);
    const client = new Redis({
      name: 'watched',
      sentinels: sentinel.sentinelAddresses.map((address) => ({
        host: '127.0.0.1',
        port: Number(address.split(':')[1]),
      })),
      protocol: 2,
    });
    open.push({ close: async () => client.disconnect() });
    expect(await client.get('name')).toBe('value');
    expect(await client.set('name', 'other')).toBe('OK');
  });
});

describe('a Redis server that speaks TLS', () => {
  let certificates: TlsCertificates;
  beforeAll(async () => {
    certificates = await makeTlsCertificates();
  });
  afterAll(() => certificates.close());

  async function ping(port: number, tls: ConnectionOptions | undefined): Promise<string> {
    const client = new Redis({
      host: '127.0.0.1',
      port,
      protocol: 2,
      lazyConnect: true,
      retryStrategy: () => null,
      ...(tls === undefined ? {} : { tls }),
    });
    open.push({ close: async () => client.disconnect() });
    // What really happened comes as an event; the call itself fails with no more than "Connection is closed".
    const error = new Promise<string>((resolve) => client.once('error', ({ message }) => resolve(message)));
    return client.ping().catch(() => Promise.race([error, 'closed without an error']));
  }

  it('is trusted by those who trust its authority, and answers them alone', async () => {
    const redis = await startTlsRedis({ certificates });
    open.push(redis);
    const ca = certificates.authority.certificate;
    expect(await ping(redis.port, { ca })).toBe('PONG');
    expect(await ping(redis.port, {})).toMatch(/unable to (verify|get)|self.signed/);
    expect(await ping(redis.port, undefined)).not.toBe('PONG');
    await redis.server.client.set('name', 'value');
    expect(await redis.server.commandStats()).toMatchObject({ set: 1, ping: 1 });
  });

  it('refuses clients without a certificate when it asks for one', async () => {
    const redis = await startTlsRedis({ certificates, requireClientCertificate: true });
    open.push(redis);
    const ca = certificates.authority.certificate;
    const { certificate: cert, key } = certificates.client;
    expect(await ping(redis.port, { ca, cert, key })).toBe('PONG');
    expect(await ping(redis.port, { ca })).toMatch(/certificate required|ECONNRESET|closed/);
    const stranger = await makeTlsCertificates();
    open.push(stranger);
    const { certificate: otherCert, key: otherKey } = stranger.client;
    expect(await ping(redis.port, { ca, cert: otherCert, key: otherKey })).not.toBe('PONG');
  });

  it('is not trusted under a name that its certificate does not carry', async () => {
    const elsewhere = await makeTlsCertificates({ hosts: ['redis.example'] });
    open.push(elsewhere);
    const redis = await startTlsRedis({ certificates: elsewhere });
    open.push(redis);
    const ca = elsewhere.authority.certificate;
    expect(await ping(redis.port, { ca })).toMatch(/does not match certificate's altnames/);
    expect(await ping(redis.port, { ca, servername: 'redis.example' })).toBe('PONG');
  });

  it('leaves no file of its certificates behind', async () => {
    const made = await makeTlsCertificates();
    expect(existsSync(made.client.keyFile)).toBe(true);
    await made.close();
    await made.close();
    expect(existsSync(made.client.keyFile)).toBe(false);
  });
});

function otherThan<T>(one: T, all: readonly T[]): T {
  const other = all.find((candidate) => candidate !== one);
  if (other === undefined) {
    throw new Error('There is no other one');
  }
  return other;
}
