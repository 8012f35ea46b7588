/** A look at a destination's Redis for people: what it is, and what lies in it. Not for the read path. */

import { Cluster, type Redis } from 'ioredis';
import { connected } from './connected.js';
import { within } from './deadline.js';
import { errorWord } from './reply.js';
import { isClusterNode } from './single-server.js';
import type { Topology } from './topology.js';

/** Keys looked at in all, however many there are. */
const MAX_SAMPLED_KEYS = 200;
/** Steps of SCAN on each node, of a thousand keys each: bounds what a look costs a large server. */
const MAX_SCAN_STEPS = 100;
const SCAN_COUNT = 1_000;

export interface Inspection {
  /** Of the server that was asked first. */
  readonly version: string;
  /** Whether that server is a node of a cluster. */
  readonly isClusterNode: boolean;
  /** Servers that profiles are read from: the primaries, in a cluster. */
  readonly nodes: number;
  /** Of one PING, the fastest of three. */
  readonly latencyMs: number;
  /** Types of the sampled keys, `hash` for one, with how many keys have each. */
  readonly types: ReadonlyMap<string, number>;
  /** Fields of the sampled hashes. */
  readonly fields: ReadonlySet<string>;
  readonly sampledKeys: number;
}

/** Why a Redis could not be looked at. */
export class InspectionError extends Error {
  override readonly name = 'InspectionError';
  /** The word of the first thing that went wrong: `ECONNREFUSED`, `WRONGPASS`, … */
  readonly reason: string;

  constructor(reason: string) {
    super(`Redis could not be looked at: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Connects, looks and disconnects.
 * @param topology not connected; used up by this
 * @param keyPrefix the keys to sample begin with this
 * @param timeoutMs longest time for connecting, and again for looking
 * @throws InspectionError
 */
export async function inspectRedis(
  topology: Topology,
  keyPrefix: string,
  timeoutMs: number,
): Promise<Inspection> {
  const { connection } = topology;
  let failure: string | undefined;
  connection.on('error', (error: Error) => {
    failure ??= errorWord(error);
  });
  try {
    await within(timeoutMs, connected(connection));
    return await within(timeoutMs, look(connection, keyPrefix));
  } catch (error) {
    const reason = error instanceof Error ? errorWord(error) : 'unknown';
    throw new InspectionError(failure ?? reason);
  } finally {
    connection.disconnect();
  }
}

async function look(connection: Redis | Cluster, keyPrefix: string): Promise<Inspection> {
  const nodes = connection instanceof Cluster ? connection.nodes('master') : [connection];
  const [first] = nodes;
  if (first === undefined) {
    throw new Error('NO_PRIMARY');
  }
  const about = await aboutServer(first);
  if (about.isClusterNode && !(connection instanceof Cluster)) {
    // A node alone has a part of the keys: this look is for whoever asks again, of the cluster.
    return { ...about, nodes: 1, latencyMs: 0, types: new Map(), fields: new Set(), sampledKeys: 0 };
  }
  const types = new Map<string, number>();
  const fields = new Set<string>();
  let sampledKeys = 0;
  for (const node of nodes) {
    for (const key of await sampleKeys(node, keyPrefix, Math.ceil(MAX_SAMPLED_KEYS / nodes.length))) {
      sampledKeys += 1;
      const type = await node.type(key);
      types.set(type, (types.get(type) ?? 0) + 1);
      for (const field of type === 'hash' ? await node.hkeys(key) : []) {
        fields.add(field);
      }
    }
  }
  return { ...about, nodes: nodes.length, latencyMs: await latencyOf(first), types, fields, sampledKeys };
}

async function aboutServer(server: Redis): Promise<Pick<Inspection, 'version' | 'isClusterNode'>> {
  const info = await server.info('server');
  return {
    version: /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
    isClusterNode: await isClusterNode(server),
  };
}

async function sampleKeys(node: Redis, keyPrefix: string, count: number): Promise<string[]> {
  const pattern = `${keyPrefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  const found = new Set<string>();
  let cursor = '0';
  for (let step = 0; step < MAX_SCAN_STEPS && found.size < count; step += 1) {
    const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    for (const key of keys) {
      found.add(key);
    }
    cursor = next;
    if (cursor === '0') {
      break;
    }
  }
  return [...found].slice(0, count);
}

async function latencyOf(node: Redis): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let ping = 0; ping < 3; ping += 1) {
    const start = performance.now();
    await node.ping();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
