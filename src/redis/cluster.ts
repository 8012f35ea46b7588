import calculateSlot from 'cluster-key-slot';
import { Cluster, type ClusterOptions, type Redis } from 'ioredis';
import type { ReadFrom, RedisSettings } from '../config/config.js';
import type { RedisCommand } from './client.js';
import { connectionOptions, pauseBeforeAttempt } from './connection-options.js';
import type { Route, Topology } from './topology.js';

/** How often the map of slots is read anew; errors that speak of it have it read at once. */
const SLOTS_REFRESH_MS = 1_000;
/** How often a single command is sent elsewhere before it counts as failed. */
const MAX_REDIRECTIONS = 5;
const RETRY_PAUSE_MS = 50;

/**
 * A Redis Cluster, entered through any of the addresses.
 * @param isForWrites whether a command that its connection was lost with may have been done, and is not to be sent again
 */
export function cluster(settings: RedisSettings, timeoutMs: number, isForWrites = false): Topology {
  const connection = new Cluster([...settings.addresses], {
    redisOptions: connectionOptions(settings, timeoutMs),
    lazyConnect: true,
    scaleReads: nodeToRead(settings.readFrom),
    // A state that is not ok is for the servers to tell, slot by slot: the others go on serving.
    enableReadyCheck: false,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    slotsRefreshTimeout: Math.max(SLOTS_REFRESH_MS, timeoutMs),
    clusterRetryStrategy: pauseBeforeAttempt,
    maxRedirections: MAX_REDIRECTIONS,
    retryDelayOnFailover: isForWrites ? 0 : RETRY_PAUSE_MS,
    retryDelayOnClusterDown: RETRY_PAUSE_MS,
    retryDelayOnTryAgain: RETRY_PAUSE_MS,
  });
  return {
    mode: 'cluster',
    connection,
    nodes: () => new Set(connection.slots.map(nameOf)),
    connectAll: () => connectAll(connection, settings.readFrom),
    route: (commands) => routeByShard(connection, commands),
  };
}

/** The nodes of a slot, as one name. */
function nameOf(nodes: readonly string[] | undefined): string {
  return nodes?.join(' ') ?? '';
}

function connectAll(connection: Cluster, readFrom: ReadFrom): Promise<unknown> {
  const nodes = connection.nodes(readFrom === 'primary' ? 'master' : 'all');
  // Its connection is made by the first command.
  return Promise.allSettled(nodes.filter(({ status }) => status === 'wait').map((node) => node.ping()));
}

/** Slots that the same nodes serve go into one pipeline, however many slots there are. */
function routeByShard({ slots }: Cluster, commands: readonly RedisCommand[]): Route[] {
  const shards = new Map<string, number[]>();
  for (const [position, [, key = '']] of commands.entries()) {
    const shard = nameOf(slots[calculateSlot(key)]);
    const positions = shards.get(shard);
    if (positions === undefined) {
      shards.set(shard, [position]);
    } else {
      positions.push(position);
    }
  }
  return Array.from(shards, ([node, positions]) => ({ node, positions }));
}

/** Picks the node to read among the primary, which comes first, and its replicas. */
function nodeToRead(readFrom: ReadFrom): NonNullable<ClusterOptions['scaleReads']> {
  switch (readFrom) {
    case 'primary':
      return 'master';
    case 'replica':
      return ([, ...replicas]: Redis[]) => usable(replicas) ?? replicas;
    case 'prefer-replica':
      return ([primary, ...replicas]: Redis[]) =>
        usable(replicas) ?? (primary === undefined ? [] : [primary]);
  }
}

/** Those that are connected or were not tried yet; undefined where there are none. */
function usable(nodes: readonly Redis[]): Redis[] | undefined {
  const answering = nodes.filter(({ status }) => status === 'ready' || status === 'wait');
  return answering.length === 0 ? undefined : answering;
}
