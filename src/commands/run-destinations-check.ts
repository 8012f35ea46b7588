import type { DestinationConfig, KeyPlaceholder, RedisDestinationConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { cluster } from '../redis/cluster.js';
import { type Inspection, InspectionError, inspectRedis } from '../redis/inspect.js';
import { configuredTopology } from '../redis/open-client.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import { explainRedisReason } from './redis-reason.js';

/** For connecting, and again for looking: a person waits, not a request. */
const TIMEOUT_MS = 3_000;
const MOST_MODELS_SHOWN = 10;

/**
 * Connects to each destination that can be read and prints what it finds.
 * @throws ConfigError when the file is not valid; CommandError when something is wrong with a destination.
 */
export async function runDestinationsCheck(file: string, { env, print }: CommandIo): Promise<void> {
  const { destinations } = await loadConfig(file, env);
  let wrong = 0;
  for (const destination of destinations) {
    const problem = await check(destination, print);
    if (problem !== undefined) {
      wrong += 1;
      print(`  ✗ ${problem}`);
    }
  }
  if (wrong > 0) {
    throw new CommandError(`${wrong} of ${destinations.length} destinations need a look.`);
  }
}

/** @returns what is wrong and what to change, where something is. */
async function check(destination: DestinationConfig, print: CommandIo['print']): Promise<string | undefined> {
  print(`${destination.id}  ${destination.name}`);
  if (destination.kind !== 'redis' || !destination.enabled) {
    print(
      `  – ${destination.kind === 'redis' ? 'disabled' : `type ${destination.type}`}: listed, never read`,
    );
    return undefined;
  }
  try {
    const { mode, inspection } = await inspect(destination);
    const { version, nodes, latencyMs } = inspection;
    print(
      `  Redis ${version}, ${mode}, ${nodes === 1 ? '1 node' : `${nodes} nodes`}, ${latencyMs.toFixed(1)} ms a PING`,
    );
    return describeKeys(destination, inspection, print);
  } catch (error) {
    if (error instanceof InspectionError) {
      return explainRedisReason(error.reason, destination.redis, TIMEOUT_MS);
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

function describeKeys(
  destination: RedisDestinationConfig,
  { isClusterNode, types, fields, sampledKeys }: Inspection,
  print: CommandIo['print'],
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
  print(
    `  ${sampledKeys} keys sampled: ${Array.from(types, ([type, keys]) => `${keys} ${type}`).join(', ')}`,
  );
  if (fields.size > 0) {
    const shown = [...fields].sort().slice(0, MOST_MODELS_SHOWN).join(', ');
    print(
      `  models: ${shown}${fields.size > MOST_MODELS_SHOWN ? `, and ${fields.size - MOST_MODELS_SHOWN} more` : ''}`,
    );
  }
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
