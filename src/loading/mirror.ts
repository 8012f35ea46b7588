/** Takes a model out of the profiles whose ids are no longer in the table. */

import type { ModelRemoval } from '../profiles/layouts/layout.js';
import { type BulkConnection, BulkConnectionError } from '../redis/bulk-connection.js';
import type { RedisCommand } from '../redis/client.js';
import type { KeySet } from './key-set.js';
import { keyOf, type Target } from './target.js';

/** A target whose models can be told from others, and taken out. */
export interface MirrorTarget {
  readonly target: Target;
  readonly keyPrefix: string;
  readonly removal: ModelRemoval;
}

/** @returns undefined where the layout does not keep models apart, so that none can be taken out */
export function mirrorTargetOf(target: Target): MirrorTarget | undefined {
  const { keyPrefix, writing } = target;
  return keyPrefix === undefined || writing.removal === undefined
    ? undefined
    : { target, keyPrefix, removal: writing.removal };
}

export interface MirrorCount {
  /** Profiles that have the model. */
  readonly stored: number;
  /** Those of them that are not in the table. */
  readonly gone: number;
}

/** @throws BulkConnectionError */
export async function countGone(
  redis: BulkConnection,
  { keyPrefix, removal }: MirrorTarget,
  keys: KeySet,
): Promise<MirrorCount> {
  let stored = 0;
  let gone = 0;
  for await (const some of redis.scan(keyPrefix)) {
    const having = await answeredWithOne(redis, some.map(removal.has));
    stored += having.length;
    gone += having.filter((command) => !keys.has(keyOf(command))).length;
  }
  return { stored, gone };
}

/**
 * @param max no more than were counted: what came since is not this command's to take
 * @returns how many were removed
 * @throws BulkConnectionError
 */
export async function removeGone(
  redis: BulkConnection,
  { keyPrefix, removal }: MirrorTarget,
  keys: KeySet,
  max: number,
): Promise<number> {
  let removed = 0;
  for await (const some of redis.scan(keyPrefix)) {
    const gone = some.filter((key) => !keys.has(key));
    const having = await answeredWithOne(redis, gone.map(removal.has));
    const commands = having.slice(0, max - removed).map((command) => removal.remove(keyOf(command)));
    removed += (await answeredWithOne(redis, commands)).length;
    if (removed >= max) {
      break;
    }
  }
  return removed;
}

async function answeredWithOne(
  redis: BulkConnection,
  commands: readonly RedisCommand[],
): Promise<readonly RedisCommand[]> {
  const results = await redis.send(commands);
  return commands.filter((_, index) => {
    const result = results[index];
    if (result?.kind === 'lost' || result?.kind === 'refused') {
      throw new BulkConnectionError(result.reason);
    }
    // A key of another type has no models.
    return result?.kind === 'value' && result.value === 1;
  });
}
