/**
 * A connection for those who write a great deal and wait for it: to the primaries whatever is configured for reading, with
 * a reply's reason told, and without the circuits and the short time-outs that protect requests.
 */

import { Cluster, type Redis } from 'ioredis';
import type { RedisSettings } from '../config/config.js';
import type { RedisCommand } from './client.js';
import { cluster } from './cluster.js';
import { connected } from './connected.js';
import { before, TIMED_OUT, within } from './deadline.js';
import { configuredTopology } from './open-client.js';
import { errorWord, type Result } from './reply.js';
import { sendAlone, sendTogether } from './send.js';
import { isClusterNode } from './single-server.js';
import type { Route, Topology } from './topology.js';

/** Longest wait for the replies to commands that were sent together. */
const REPLY_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const SCAN_COUNT = 1_000;

const TIMED_OUT_RESULT: Result = { kind: 'lost', reason: 'TIMEOUT' };

/** Redis cannot be reached, or refuses to be spoken to. */
export class BulkConnectionError extends Error {
  override readonly name = 'BulkConnectionError';
  /** `ECONNREFUSED`, `WRONGPASS`, … */
  readonly reason: string;

  constructor(reason: string) {
    super(`Redis cannot be written to: ${reason}`);
    this.reason = reason;
  }
}

export class BulkConnection {
  readonly #settings: RedisSettings;
  #topology: Topology | undefined;
  /** Why the connection could not be made, or was lost, last. */
  #failure: string | undefined;

  constructor(settings: RedisSettings) {
    this.#settings = { ...settings, readFrom: 'primary' };
  }

  /**
   * Resolves once commands can be sent; connects again where the connection is lost.
   * @throws BulkConnectionError when they cannot
   */
  async connect(): Promise<void> {
    if (this.#topology?.connection.status === 'ready') {
      return;
    }
    this.close();
    this.#failure = undefined;
    try {
      await this.#open(configuredTopology(this.#settings, REPLY_TIMEOUT_MS));
    } catch (error) {
      this.close();
      throw new BulkConnectionError(this.#failure ?? (error instanceof Error ? errorWord(error) : 'unknown'));
    }
  }

  /**
   * Sends commands together. Those that a cluster's node sent elsewhere are followed there; nothing else is sent twice.
   * @returns one result a command, in their order. Does not reject.
   */
  async send(commands: readonly RedisCommand[]): Promise<readonly Result[]> {
    const topology = this.#topology;
    if (topology?.connection.status !== 'ready') {
      return commands.map(() => ({ kind: 'lost', reason: this.#failure ?? 'CLOSED' }));
    }
    const [only, ...others] = topology.route(commands);
    if (only !== undefined && others.length === 0) {
      return this.#sendRoute(topology, only, commands);
    }
    const results: Result[] = [];
    await Promise.all(
      [...(only === undefined ? [] : [only]), ...others].map(async (route) => {
        const some = route.positions.flatMap((position) => commands.slice(position, position + 1));
        const replies = await this.#sendRoute(topology, route, some);
        for (const [index, position] of route.positions.entries()) {
          results[position] = replies[index] ?? TIMED_OUT_RESULT;
        }
      }),
    );
    return results;
  }

  /**
   * The keys that begin with a prefix, on all primaries, a number at a time. A key that is there all the while comes once at
   * least, as SCAN has it.
   * @throws BulkConnectionError
   */
  async *scan(prefix: string): AsyncGenerator<readonly string[]> {
    const connection = this.#topology?.connection;
    const nodes = connection instanceof Cluster ? connection.nodes('master') : connection ? [connection] : [];
    const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
    for (const node of nodes) {
      let cursor = '0';
      do {
        const [next, keys] = await scanStep(node, cursor, pattern);
        cursor = next;
        yield keys;
      } while (cursor !== '0');
    }
  }

  close(): void {
    this.#topology?.connection.disconnect();
    this.#topology = undefined;
  }

  async #open(topology: Topology): Promise<void> {
    this.#topology = topology;
    const { connection } = topology;
    connection.on('error', (error: Error) => {
      this.#failure ??= errorWord(error);
    });
    await within(CONNECT_TIMEOUT_MS, connected(connection));
    // A server that asks for a password, or is loading, says so to any command.
    await within(CONNECT_TIMEOUT_MS, connection.ping());
    const { clusterMode, socketPath } = this.#settings;
    const mayBeCluster =
      topology.mode === 'single server' && clusterMode === undefined && socketPath === undefined;
    if (mayBeCluster && (await isClusterNode(connection))) {
      connection.disconnect();
      await this.#open(cluster(this.#settings, REPLY_TIMEOUT_MS));
    }
  }

  async #sendRoute(
    { connection, mode }: Topology,
    { positions }: Route,
    commands: readonly RedisCommand[],
  ): Promise<readonly Result[]> {
    const deadline = performance.now() + REPLY_TIMEOUT_MS;
    const sent = await before(deadline, sendTogether(connection, commands));
    if (sent === TIMED_OUT || sent instanceof Error) {
      return positions.map(() => TIMED_OUT_RESULT);
    }
    if (mode !== 'cluster' || !sent.some(({ kind }) => kind === 'lost')) {
      return sent;
    }
    return Promise.all(
      sent.map(async (result, index) => {
        const command = commands[index];
        if (result.kind !== 'lost' || command === undefined) {
          return result;
        }
        const again = await before(deadline, sendAlone(connection, command));
        return again === TIMED_OUT || again instanceof Error ? TIMED_OUT_RESULT : (again[0] ?? result);
      }),
    );
  }
}

async function scanStep(node: Redis, cursor: string, pattern: string): Promise<[string, readonly string[]]> {
  try {
    return await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
  } catch (error) {
    throw new BulkConnectionError(error instanceof Error ? errorWord(error) : 'unknown');
  }
}
