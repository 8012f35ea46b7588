import { type Cluster, Redis } from 'ioredis';
import type { RedisSettings } from '../config/config.js';
import { connectionOptions } from './connection-options.js';
import type { Topology } from './topology.js';

const DEFAULT_ADDRESS = { host: 'localhost', port: 6379 };

/** One server, at an address or behind a Unix socket. */
export function singleServer(settings: RedisSettings, timeoutMs: number): Topology {
  const { addresses, socketPath } = settings;
  const [{ host, port } = DEFAULT_ADDRESS] = addresses;
  const place = socketPath === undefined ? { host, port } : { path: socketPath };
  return alone('single server', new Redis({ ...connectionOptions(settings, timeoutMs), ...place }));
}

/** A topology where everything goes to the one server that the connection leads to. */
export function alone(mode: Topology['mode'], connection: Redis): Topology {
  return {
    mode,
    connection,
    route: (commands) => [{ node: mode, positions: [...commands.keys()] }],
  };
}

/** Whether a server that is spoken to as a single one is a node of a cluster. False where it will not say. */
export async function isClusterNode(connection: Redis | Cluster): Promise<boolean> {
  try {
    return /^cluster_enabled:1\r?$/m.test(await connection.info('cluster'));
  } catch {
    return false;
  }
}
