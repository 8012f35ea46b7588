/** A real Redis Cluster for tests: servers on loopback ports, formed by CLUSTER commands, ended by process id. */

import calculateSlot from 'cluster-key-slot';
import { Cluster } from 'ioredis';
import { type ClusterNode, startClusterNode } from './cluster-node.js';
import { closeMove, keysToMove, moveKeys, openMove, type SlotMove } from './cluster-slot-move.js';
import { assertSettled, clusterView, SLOT_COUNT } from './cluster-view.js';
import { until } from './until.js';

/** A vote for the same primary is given once in two node time-outs; the next try comes after that. */
const HANDOVER_TIMEOUT_MS = 2_500;

export type { ClusterNode } from './cluster-node.js';

export interface RedisCluster {
  /** First those that were formed as primaries, in the order of their slots, then their replicas in the same order. */
  readonly nodes: readonly ClusterNode[];
  /** All nodes, as a destination's `address` names them: `127.0.0.1:a,127.0.0.1:b` */
  readonly addresses: string;
  /** The test's own client of the whole cluster, for putting data. */
  readonly client: Cluster;
  /** The primary that serves this key now. Throws where no running node does. */
  nodeOf(key: string): Promise<ClusterNode>;
  /** Running nodes that are primaries now. */
  primaries(): Promise<ClusterNode[]>;
  /** Running nodes that are replicas now. */
  replicas(): Promise<ClusterNode[]>;
  /** Calls by command, one record a node in the order of {@link nodes}; empty for one that does not run. */
  commandStats(): Promise<Record<string, number>[]>;
  /** Sets the counts of all running nodes to zero. */
  resetStats(): Promise<void>;
  /** Moves a slot with its keys to another primary, live. Resolves when all nodes know. */
  moveSlot(slot: number, to: ClusterNode): Promise<void>;
  /**
   * Leaves a slot half-way: half of its keys, rounded up, have moved, and clients that ask the old node for one of those
   * (or for a key that is not there) are sent to `to` by ASK.
   */
  startMoving(slot: number, to: ClusterNode): Promise<{ moved: string[]; remaining: string[] }>;
  /** Completes what {@link startMoving} began. Resolves when all nodes know. */
  finishMoving(slot: number): Promise<void>;
  /**
   * Makes a running primary and its replica change places, without loss. Resolves with the new primary when all nodes
   * know and the old one follows it.
   */
  failover(primary: ClusterNode): Promise<ClusterNode>;
  /**
   * For a primary that was killed, stopped or paused: resolves with the replica that the cluster has put in its place,
   * when all running nodes know. That takes about 2 seconds and wants the majority of primaries alive.
   */
  replacementOf(primary: ClusterNode): Promise<ClusterNode>;
  /** Resolves when all running nodes serve, agree on each other and are in sync; after a restart, for one. */
  untilSettled(): Promise<void>;
  /** Ends everything. May be called twice. */
  close(): Promise<void>;
}

export interface RedisClusterOptions {
  /** 3 by default. Fewer form a cluster too, but elect nobody. */
  readonly primaries?: number;
  /** 0 by default. */
  readonly replicasPerPrimary?: 0 | 1;
  /** Further arguments of every server, `--requirepass` and its value for one. */
  readonly args?: readonly string[];
}

/** Resolves when every node serves, knows all the others, and replicas are in sync: after about 3 seconds. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { primaries = 3, replicasPerPrimary = 0, args = [] } = options;
  const password = args.includes('--requirepass') ? args[args.indexOf('--requirepass') + 1] : undefined;
  const nodeArgs = password === undefined ? args : ['--masterauth', password, ...args];
  const nodes = await startAll(
    Array.from({ length: primaries * (1 + replicasPerPrimary) }, (_, index) => index % primaries),
    nodeArgs,
  );
  const client = new Cluster(
    nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    {
      lazyConnect: true,
      clusterRetryStrategy: () => 50,
      redisOptions: { protocol: 2, ...(password === undefined ? {} : { password }) },
    },
  );
  client.on('error', () => {
    // The tests stop servers on purpose.
  });
  const close = async () => {
    client.disconnect();
    await Promise.all(nodes.map((node) => node.close()));
  };
  try {
    await form(nodes, primaries);
    await client.connect();
  } catch (error) {
    await close();
    throw error;
  }

  const moves = new Map<number, SlotMove>();
  const running = () => nodes.filter((node) => node.running);
  const untilSettled = () =>
    until('the cluster settles', () => assertSettled(running().map((node) => node.client)));

  const cluster: RedisCluster = {
    nodes,
    addresses: nodes.map(({ address }) => address).join(','),
    client,
    nodeOf: (key) => ownerOf(calculateSlot(key), running()),
    primaries: () => withRole(running(), 'primary'),
    replicas: () => withRole(running(), 'replica'),
    commandStats: () => Promise.all(nodes.map((node) => (node.running ? node.commandStats() : {}))),
    async resetStats() {
      await Promise.all(running().map((node) => node.resetStats()));
    },
    async moveSlot(slot, to) {
      await cluster.startMoving(slot, to);
      await cluster.finishMoving(slot);
    },
    async startMoving(slot, to) {
      const move: SlotMove = { slot, from: await ownerOf(slot, running()), to, password };
      if (move.from === to) {
        throw new Error(`Slot ${slot} is there already`);
      }
      await openMove(move);
      moves.set(slot, move);
      const keys = await keysToMove(move);
      const half = Math.ceil(keys.length / 2);
      await moveKeys(move, keys.slice(0, half));
      return { moved: keys.slice(0, half), remaining: keys.slice(half) };
    },
    async finishMoving(slot) {
      const move = moves.get(slot);
      if (move === undefined) {
        throw new Error(`Slot ${slot} is not on its way`);
      }
      await closeMove(move, nodes);
      moves.delete(slot);
      await untilSettled();
    },
    async failover(primary) {
      const replica = (await cluster.replicas()).find(({ shard }) => shard === primary.shard);
      if (replica === undefined || !primary.running) {
        throw new Error('A failover takes a running primary and a running replica; see replacementOf');
      }
      await until('the replica takes over', () => handOver(replica));
      await untilSettled();
      return replica;
    },
    async replacementOf(primary) {
      const replacement = await until('a replica replaces the primary', async () => {
        const candidates = await cluster.primaries();
        const elected = candidates.find((node) => node !== primary && node.shard === primary.shard);
        if (elected === undefined) {
          throw new Error('No replica has been elected');
        }
        return elected;
      });
      await untilSettled();
      return replacement;
    },
    untilSettled,
    close,
  };
  return cluster;
}

/** All or none. */
async function startAll(shards: readonly number[], args: readonly string[]): Promise<ClusterNode[]> {
  const results = await Promise.allSettled(shards.map((shard) => startClusterNode(shard, args)));
  const nodes = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  for (const result of results) {
    if (result.status === 'rejected') {
      await Promise.all(nodes.map((node) => node.close()));
      throw result.reason;
    }
  }
  return nodes;
}

async function form(nodes: readonly ClusterNode[], primaries: number): Promise<void> {
  await Promise.all(
    nodes.map(async (node, index) => {
      // Different from the start, so that no two primaries have to settle whose claim is the newer one.
      await node.client.cluster('SET-CONFIG-EPOCH', index + 1);
      if (index < primaries) {
        await node.client.cluster('ADDSLOTS', ...slotsOfShard(index, primaries));
      }
    }),
  );
  // Each meets each: to learn of the others by hearsay would take seconds.
  for (const [index, node] of nodes.entries()) {
    await Promise.all(
      nodes.slice(index + 1).map(({ port }) => node.client.cluster('MEET', '127.0.0.1', port)),
    );
  }
  await Promise.all(
    nodes.slice(primaries).map(async (replica) => {
      const primary = nodes[replica.shard];
      if (primary !== undefined) {
        await until('the replica knows its primary', () => replica.client.cluster('REPLICATE', primary.id));
      }
    }),
  );
  await until('the cluster forms', () => assertSettled(nodes.map((node) => node.client)));
}

function slotsOfShard(shard: number, shards: number): number[] {
  const first = Math.floor((shard * SLOT_COUNT) / shards);
  const end = Math.floor(((shard + 1) * SLOT_COUNT) / shards);
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** Nodes may disagree for a moment: the claim of the latest epoch holds. */
async function ownerOf(slot: number, nodes: readonly ClusterNode[]): Promise<ClusterNode> {
  let owner: ClusterNode | undefined;
  let ownerEpoch = -1;
  for (const node of nodes) {
    const { self } = await clusterView(node.client);
    const claims =
      self.role === 'primary' && self.slots.some(([first, last]) => first <= slot && slot <= last);
    if (claims && self.configEpoch > ownerEpoch) {
      owner = node;
      ownerEpoch = self.configEpoch;
    }
  }
  if (owner === undefined) {
    throw new Error(`No running node serves slot ${slot}`);
  }
  return owner;
}

async function withRole(nodes: readonly ClusterNode[], role: 'primary' | 'replica'): Promise<ClusterNode[]> {
  const roles = await Promise.all(nodes.map((node) => node.role()));
  return nodes.filter((_, index) => roles[index] === role);
}

async function handOver(replica: ClusterNode): Promise<void> {
  const assertPrimary = async () => {
    if ((await replica.role()) !== 'primary') {
      throw new Error('The replica is one still');
    }
  };
  try {
    await assertPrimary();
  } catch {
    await replica.client.cluster('FAILOVER');
    await until('the replica becomes the primary', assertPrimary, HANDOVER_TIMEOUT_MS);
  }
}
