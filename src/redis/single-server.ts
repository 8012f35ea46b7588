import { Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config/config.js';
import { addressOptions, connectionOptions } from './connection-options.js';
import type { Topology } from './topology.js';

/** One server. */
export function singleServer(settings: RedisSettings, timeoutMs: number): Topology {
  return alone('single server', { ...connectionOptions(settings, timeoutMs), ...addressOptions(settings) });
}

/** Everything goes to the one server that the connection leads to. */
function alone(mode: Topology['mode'], options: RedisOptions & { replyMapping?: 'legacy' }): Topology {
  return {
    mode,
    connection: new Redis(options),
    route: (commands) => [{ node: mode, positions: [...commands.keys()] }],
  };
}

/** Whether a server that is spoken to as a single one is a node of a cluster. False where it will not say. */
export async function isClusterNode({ connection }: Topology): Promise<boolean> {
  try {
    return /^cluster_enabled:1\r?$/m.test(await connection.info('cluster'));
  } catch {
    return false;
  }
}
