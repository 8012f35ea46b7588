import calculateSlot from 'cluster-key-slot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { dumpKeys, without } from '../support/key-dump.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';
import { startSentinel } from '../support/redis-sentinel.js';

const PREFIX = `${WORKSPACE_ID}:${DESTINATION_ID}:user`;

const ERASE = { linkTraits: { anonymous_id: 'ANONYMOUS_IDS' } };

let redis: RedisCluster;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedisCluster({ primaries: 3, replicasPerPrimary: 1 });
  gateway = await startTestGateway({
    redisPort: 0,
    timeoutMs: 1_000,
    redis: {
      addresses: redis.nodes.slice(0, 2).map(({ port }) => ({ host: '127.0.0.1', port })),
      // Reads go to the replicas; what is deleted there would come back.
      readFrom: 'replica',
    },
    erase: ERASE,
  });
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

const dump = async () => dumpKeys(...(await redis.primaries()).map(({ client }) => client));

const erase = (gateway: TestGateway, ids: readonly string[]) =>
  gateway.delete(
    '/v2/activation',
    {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: ids.map((value) => ({ type: 'user_id', value })),
    },
    tokens.admin,
  );

describe('behind sentinels', () => {
  it('what is deleted is deleted at the primary, also where reads go to the replica', async () => {
    const redis = await startSentinel({ name: 'profiles' });
    const primary = await redis.primary();
    await primary.client.hset(`${PREFIX}:user_id:1`, { m: '{"ANONYMOUS_IDS":"a-1"}' });
    await primary.client.hset(`${PREFIX}:anonymous_id:a-1`, { m: '{}' });
    await primary.client.hset(`${PREFIX}:user_id:2`, { m: '{}' });
    const gateway = await startTestGateway({
      redisPort: 0,
      timeoutMs: 1_000,
      redis: {
        addresses: [],
        sentinel: {
          name: 'profiles',
          addresses: redis.sentinelAddresses.map((address) => ({
            host: '127.0.0.1',
            port: Number(address.split(':')[1]),
          })),
        },
        readFrom: 'replica',
      },
      erase: ERASE,
    });
    try {
      expect((await erase(gateway, ['1'])).text).toBe('{"deletedKeys":2,"actualKeys":3}');
      expect([...(await dumpKeys(primary.client)).keys()]).toEqual([`${PREFIX}:user_id:2`]);
    } finally {
      await gateway.close();
      await redis.close();
    }
  }, 40_000);
});

describe('in a cluster of three primaries', () => {
  it('every key is deleted on its own node, those of links and of the event stream too', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `u-${i}`);
    for (const id of ids) {
      const links = { ANONYMOUS_IDS: [`a-${id}`, `b-${id}`] };
      await redis.client.hset(`${PREFIX}:user_id:${id}`, { m: JSON.stringify(links) });
      for (const key of [`${PREFIX}:anonymous_id:a-${id}`, `${PREFIX}:anonymous_id:b-${id}`, `user:${id}`]) {
        await redis.client.hset(key, { m: '{}' });
      }
      await redis.client.hset(`${PREFIX}:user_id:other-${id}`, { m: '{"A":1.0}' });
    }
    const before = await dump();
    const { text } = await erase(gateway, ids);
    expect(text).toBe('{"deletedKeys":200,"actualKeys":200}');
    const after = await dump();
    expect(after).toEqual(without(before, (key) => !key.includes(':other-')));
    expect(after.size).toBe(50);
  });

  it('keys of a slot that is on its way are deleted on both nodes, and counted once', async () => {
    const slot = calculateSlot(`${PREFIX}:user_id:{moving}0`);
    const ids = Array.from({ length: 6 }, (_, i) => `{moving}${i}`);
    // The tag lies in the id: all of them are in one slot.
    for (const id of ids) {
      await redis.client.hset(`${PREFIX}:user_id:${id}`, { m: '{}' });
    }
    const from = await redis.nodeOf(`${PREFIX}:user_id:{moving}0`);
    const to = (await redis.primaries()).find((node) => node !== from);
    if (to === undefined) {
      throw new Error('there is no other primary');
    }
    const { moved, remaining } = await redis.startMoving(slot, to);
    expect([moved.length, remaining.length]).toEqual([3, 3]);
    const { text } = await erase(gateway, ids);
    expect(text).toBe('{"deletedKeys":6,"actualKeys":12}');
    await redis.finishMoving(slot);
    expect([...(await dump()).keys()].filter((key) => key.includes('{moving}'))).toEqual([]);
    expect((await erase(gateway, ids)).text).toBe('{"deletedKeys":0,"actualKeys":12}');
  });
});
