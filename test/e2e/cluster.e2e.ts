import calculateSlot from 'cluster-key-slot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';

const IDS = Array.from({ length: 300 }, (_, i) => `u-${i}`);

let redis: RedisCluster;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedisCluster({ primaries: 3 });
  for (const id of IDS) {
    await redis.client.hset(keyOf(id), { user_360: `{"ID":"${id}"}` });
  }
  gateway = await startTestGateway({
    redisPort: 0,
    timeoutMs: 1_000,
    redis: { addresses: redis.nodes.slice(0, 2).map(({ port }) => ({ host: '127.0.0.1', port })) },
  });
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

function keyOf(id: string): string {
  return `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`;
}

const ALL = `{ ${IDS.map(
  (id, i) =>
    `a${i}: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "${id}") { exists trait(name: "ID") }`,
).join('\n')} }`;

/** Asks for all ids in one request. */
async function askAll(): Promise<Record<string, { trait: string | null } | null>> {
  const { json } = await gateway.graphql(ALL);
  return (json as { data: Record<string, { trait: string | null } | null> }).data;
}

function expectAllFound(data: Awaited<ReturnType<typeof askAll>>): void {
  expect(Object.values(data).map((profile) => profile?.trait)).toEqual(IDS);
}

/** Pipelines that each node has read since `before`: reads of sockets, less one for every other command. */
async function pipelinesOf(work: () => Promise<void>): Promise<number[]> {
  const count = async () =>
    Promise.all(
      redis.nodes.map(async ({ client }) => {
        const reads = Number(/total_reads_processed:(\d+)/.exec(await client.info('stats'))?.[1]);
        const calls = Array.from(
          (await client.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+)/g),
        );
        const others = calls
          .filter(([, name]) => name !== 'hgetall')
          .reduce((sum, [, , n]) => sum + Number(n), 0);
        // The second INFO has been read, and is not counted before it is answered.
        return reads - others;
      }),
    );
  const before = await count();
  await work();
  const after = await count();
  return after.map((value, node) => value - (before[node] ?? 0));
}

describe('a cluster of three primaries', () => {
  it('is connected to as a whole once the gateway is ready, so that no first lookup waits', async () => {
    const fresh = await startTestGateway({
      redisPort: 0,
      redis: { addresses: redis.nodes.slice(0, 1).map(({ port }) => ({ host: '127.0.0.1', port })) },
    });
    const connections = async () => {
      const lists = await Promise.all(redis.nodes.map(({ client }) => client.client('LIST')));
      return lists.map((list) => String(list).match(/ name=activation-gateway /g)?.length ?? 0);
    };
    try {
      const before = await connections();
      expect((await fresh.get('/readyz')).status).toBe(200);
      const ready = await connections();
      for (const [node, count] of ready.entries()) {
        expect(count, `node ${node}`).toBeGreaterThan(before[node] ?? 0);
      }
    } finally {
      await fresh.close();
    }
  });

  it('is read with exactly one pipeline a node for 300 distinct ids', async () => {
    expectAllFound(await askAll());
    await gateway.prepare(ALL);
    const pipelines = await pipelinesOf(async () => expectAllFound(await askAll()));
    expect(pipelines).toEqual([1, 1, 1]);
  });

  it('is found out where clusterMode is left out', async () => {
    const [node] = redis.nodes;
    const alone = await startTestGateway({ redisPort: node?.port ?? 0, timeoutMs: 1_000 });
    const { status, json } = await alone.graphql(
      `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [${IDS.slice(0, 100).map((value) => `{ type: "user_id", value: "${value}" }`)}]) { exists } }`,
    );
    expect(status).toBe(200);
    expect(json).toEqual({ data: { profiles: IDS.slice(0, 100).map(() => ({ exists: true })) } });
    await alone.close();
  });

  it('loses no lookup while a slot is half-way between two nodes, nor once it has moved', async () => {
    const slot = calculateSlot(keyOf('u-7'));
    const from = await redis.nodeOf(keyOf('u-7'));
    const to = (await redis.primaries()).find((node) => node !== from);
    if (to === undefined) {
      throw new Error('a cluster of three has another primary');
    }
    await redis.startMoving(slot, to);
    expectAllFound(await askAll());
    await redis.finishMoving(slot);
    expectAllFound(await askAll());
    expectAllFound(await askAll());
  });
});

describe('a cluster with one node dead', () => {
  it('answers all profiles of the others, and an error for each of its own', async () => {
    const node = await redis.nodeOf(keyOf('u-0'));
    const lost = new Set<string>();
    for (const id of IDS) {
      if ((await redis.nodeOf(keyOf(id))) === node) {
        lost.add(id);
      }
    }
    await node.kill();
    const data = await askAll();
    for (const [i, id] of IDS.entries()) {
      expect(data[`a${i}`]?.trait ?? null).toBe(lost.has(id) ? null : id);
      expect(data[`a${i}`] === null).toBe(lost.has(id));
    }
    expect(lost.size).toBeGreaterThan(50);
  });
});
