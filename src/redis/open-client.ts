import type { RedisSettings } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { DestinationMetrics } from '../telemetry/metrics/destination-metrics.js';
import type { RedisClient } from './client.js';
import { cluster } from './cluster.js';
import { Connection } from './connection.js';
import { sentinel } from './sentinel.js';
import { isClusterNode, singleServer } from './single-server.js';
import type { Topology } from './topology.js';

/** What a connection is opened for. */
export interface RedisClientOptions {
  /** Named in errors and logs. */
  readonly destinationId: string;
  readonly settings: RedisSettings;
  /** Longest time one call may take, connecting included, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Whether it is to change something: the primary is asked then, and nothing is done twice. */
  readonly isForWrites?: boolean;
  /** Left out: nobody counts. */
  readonly metrics?: DestinationMetrics | undefined;
}

/** What the settings say; a single server where they leave it open. */
export function configuredTopology(
  settings: RedisSettings,
  timeoutMs: number,
  isForWrites = false,
): Topology {
  const { sentinel: sentinels, socketPath, addresses, clusterMode = addresses.length > 1 } = settings;
  if (sentinels !== undefined) {
    return sentinel(settings, sentinels, timeoutMs);
  }
  return clusterMode && socketPath === undefined
    ? cluster(settings, timeoutMs, isForWrites)
    : singleServer(settings, timeoutMs);
}

/** The client that fits the settings. Connects to nothing yet: the first command does. */
export function openRedisClient(options: RedisClientOptions): RedisClient {
  const { destinationId, timeoutMs, logger, isForWrites = false } = options;
  const settings: RedisSettings = isForWrites
    ? { ...options.settings, readFrom: 'primary' }
    : options.settings;
  if (settings.tls?.skipVerify) {
    logger.warn({ destinationId }, 'skipVerify is on, so any server may pass for the Redis');
  }
  const topology = configuredTopology(settings, timeoutMs, isForWrites);
  if (
    topology.mode !== 'single server' ||
    settings.clusterMode === false ||
    settings.socketPath !== undefined
  ) {
    return new Connection({ ...options, topology });
  }
  return new Connection({
    ...options,
    topology,
    detect: async (found) =>
      (await isClusterNode(found.connection)) ? cluster(settings, timeoutMs, isForWrites) : undefined,
  });
}
