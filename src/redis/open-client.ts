import type { RedisSettings } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { RedisClient } from './client.js';
import { cluster } from './cluster.js';
import { Connection } from './connection.js';
import { sentinel } from './sentinel.js';
import { isClusterNode, singleServer } from './single-server.js';

/** What a connection is opened for. */
export interface RedisClientOptions {
  /** Named in errors and logs. */
  readonly destinationId: string;
  readonly settings: RedisSettings;
  /** Longest time one call may take, connecting included, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** The client that fits the settings. Connects to nothing yet: the first command does. */
export function openRedisClient({ settings, timeoutMs, ...options }: RedisClientOptions): RedisClient {
  const {
    sentinel: sentinels,
    socketPath,
    clusterMode = settings.addresses.length > 1 || undefined,
  } = settings;
  if (settings.tls?.skipVerify) {
    const { destinationId } = options;
    options.logger.warn({ destinationId }, 'skipVerify is on: any server may pass for the Redis');
  }
  if (sentinels !== undefined) {
    return new Connection({ ...options, timeoutMs, topology: sentinel(settings, sentinels, timeoutMs) });
  }
  if (clusterMode === true) {
    return new Connection({ ...options, timeoutMs, topology: cluster(settings, timeoutMs) });
  }
  const topology = singleServer(settings, timeoutMs);
  if (clusterMode === false || socketPath !== undefined) {
    return new Connection({ ...options, timeoutMs, topology });
  }
  return new Connection({
    ...options,
    timeoutMs,
    topology,
    detect: async (found) => ((await isClusterNode(found)) ? cluster(settings, timeoutMs) : undefined),
  });
}
