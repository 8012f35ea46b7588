import type { Cluster, Redis } from 'ioredis';
import type { RedisCommand } from './client.js';

/** Commands of a batch that one node can serve in one pipeline. */
export interface Route {
  /** Names the node (a shard, in a cluster); what is wrong with one node is held against it alone. */
  readonly node: string;
  /** Places of the commands in the batch, ascending. */
  readonly positions: readonly number[];
}

/** How the servers of a destination are arranged, and the ioredis connection that fits. */
export interface Topology {
  /** For logs: what was configured or found. */
  readonly mode: 'single server' | 'sentinel' | 'cluster';
  /** Not connected yet. */
  readonly connection: Redis | Cluster;
  /** The nodes that there are now, as routes name them; left out where there is only one. */
  nodes?(): ReadonlySet<string>;
  /** Connects to the nodes that are read from and were not needed so far. Those that cannot be had are left to the first lookup. */
  connectAll?(): Promise<unknown>;
  /** @returns one route a node; every command is on one of them. */
  route(commands: readonly RedisCommand[]): readonly Route[];
}
