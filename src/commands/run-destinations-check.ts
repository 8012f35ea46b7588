import type { DestinationConfig, KeyPlaceholder, RedisDestinationConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { cluster } from '../redis/cluster.js';
import { type Inspection, InspectionError, inspectRedis } from '../redis/inspect.js';
import { configuredTopology } from '../redis/open-client.js';
import { type CheckReport, printReport } from './check-report.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import { type JsonOption, toJson } from './json-option.js';
import { explainRedisReason } from './redis-reason.js';

/** For connecting, and again for looking: a person waits, not a request. */
const TIMEOUT_MS = 3_000;

/**
 * Connects to each destination that can be read and prints what it finds.
 * @throws ConfigError when the file is not valid; CommandError when something is wrong with a destination.
 */
export async function runDestinationsCheck(file: string, { json }: JsonOption, io: CommandIo): Promise<void> {
  const { destinations } = await loadConfig(file, io.env);
  const reports: CheckReport[] = [];
  for (const destination of destinations) {
    const report = await check(destination);
    reports.push(report);
    if (!json) {
      printReport(report, io);
    }
  }
  if (json) {
    io.print(toJson(reports));
  }
  const wrong = reports.filter(({ status }) => status === 'wrong').length;
  if (wrong > 0) {
    throw new CommandError(
      `${wrong} of ${destinations.length} destinations ${wrong === 1 ? 'needs' : 'need'} a look.`,
    );
  }
}

async function check(destination: DestinationConfig): Promise<CheckReport> {
  const { id, name } = destination;
  if (destination.kind !== 'redis' || !destination.enabled) {
    const reason = destination.kind === 'redis' ? 'disabled' : `type ${destination.type}`;
    return { id, name, status: 'not read', reason };
  }
  try {
    const { mode, inspection } = await inspect(destination);
    const { version, nodes, latencyMs, sampledKeys, types, fields } = inspection;
    const problem = problemOf(destination, inspection);
    return {
      id,
      name,
      status: problem === undefined ? 'fine' : 'wrong',
      redis: { version, mode, nodes, latencyMs },
      ...(sampledKeys === 0
        ? {}
        : { keys: { sampled: sampledKeys, types: Object.fromEntries(types), models: [...fields].sort() } }),
      ...(problem === undefined ? {} : { problem }),
    };
  } catch (error) {
    if (error instanceof InspectionError) {
      return {
        id,
        name,
        status: 'wrong',
        problem: explainRedisReason(error.reason, destination.redis, TIMEOUT_MS),
      };
    }
    throw error;
  }
}

async function inspect(
  destination: RedisDestinationConfig,
): Promise<{ mode: string; inspection: Inspection }> {
  const { redis } = destination;
  const keyPrefix = keyPrefixOf(destination);
  const topology = configuredTopology(redis, TIMEOUT_MS);
  const inspection = await inspectRedis(topology, keyPrefix, TIMEOUT_MS);
  if (topology.mode === 'single server' && redis.clusterMode === undefined && inspection.isClusterNode) {
    const found = cluster(redis, TIMEOUT_MS);
    return { mode: 'cluster (found)', inspection: await inspectRedis(found, keyPrefix, TIMEOUT_MS) };
  }
  return { mode: topology.mode, inspection };
}

/** What the keys of a destination begin with, as far as no id is in it. */
function keyPrefixOf({ id, workspaceId, redis, layout }: RedisDestinationConfig): string {
  switch (layout.type) {
    case 'profiles':
      return `${workspaceId}:${id}:`;
    case 'event-stream':
      return `${redis.prefix === '' ? '' : `${redis.prefix}:`}user:`;
    case 'custom': {
      const owner: Partial<Record<KeyPlaceholder, string>> = { workspaceId, destinationId: id };
      let prefix = '';
      for (const part of layout.key) {
        const text = 'literal' in part ? part.literal : owner[part.placeholder];
        if (text === undefined) {
          break;
        }
        prefix += text;
      }
      return prefix;
    }
  }
}

/** What is wrong with what lies there, and what to change, where something is. */
function problemOf(
  destination: RedisDestinationConfig,
  { isClusterNode, types, sampledKeys }: Inspection,
): string | undefined {
  const { redis, layout } = destination;
  if (isClusterNode && redis.clusterMode === false) {
    return 'it is a node of a cluster: set clusterMode to true, or leave it out';
  }
  if (sampledKeys === 0) {
    const parts = layout.type === 'profiles' ? 'id, workspaceId' : 'layout, prefix';
    return `no key begins with ${keyPrefixOf(destination)} – check ${parts} and database ${redis.database}, and that a sync has run`;
  }
  const documents = types.get('ReJSON-RL') ?? 0;
  const hashes = types.get('hash') ?? 0;
  if (layout.type === 'custom') {
    return undefined;
  }
  if (redis.useJSONModule && documents === 0) {
    return 'useJSONModule is true, and none of the keys is a JSON document: set it to false';
  }
  if (!redis.useJSONModule && hashes === 0) {
    return documents > 0
      ? 'the keys are JSON documents: set useJSONModule to true'
      : 'none of the keys is a hash: is this the Redis that RudderStack syncs profiles to?';
  }
  return undefined;
}
