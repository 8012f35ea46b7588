import type { RedisDestinationConfig } from '../../config/config.js';
import { erasureInterrupted, GatewayError, internalError, tooManyLinks } from '../../errors.js';
import type { RedisClient } from '../../redis/client.js';
import { openRedisClient } from '../../redis/open-client.js';
import type { Logger } from '../../telemetry/logger.js';
import type { ErasedProfile, Erasure, ErasureOptions, ProfileEraser } from '../eraser.js';
import { layoutOf } from '../layouts/layout-of.js';
import { storedKeysOf } from '../layouts/stored-keys.js';
import { linkedIds } from '../links.js';
import { distinctIds, type ProfileId } from '../profile-id.js';
import type { ProfileStore } from '../store.js';
import { redisStore } from './redis-store.js';

/** Nobody waits for an erasure as for a page, and one that breaks off has to be done again. */
const MIN_TIMEOUT_MS = 5_000;
/** Ids that the links of one may lead to: nobody has more. */
const MAX_LINKED_IDS = 1_000;

/**
 * The eraser of a destination, with a connection of its own to the primary. Connects to nothing yet.
 * @returns undefined where the destination does not allow to erase
 */
export function openRedisEraser(
  destination: RedisDestinationConfig,
  logger: Logger,
): ProfileEraser | undefined {
  const { id, redis: settings, timeoutMs, maxProfileBytes, erase } = destination;
  if (erase === undefined) {
    return undefined;
  }
  const redis = openRedisClient({
    destinationId: id,
    settings,
    timeoutMs: Math.max(timeoutMs, MIN_TIMEOUT_MS),
    logger,
    isForWrites: true,
  });
  return new RedisEraser(
    redis,
    storedKeysOf(destination),
    redisStore(redis, layoutOf(destination), maxProfileBytes),
    erase.linkTraits,
  );
}

class RedisEraser implements ProfileEraser {
  readonly #redis: RedisClient;
  readonly #keysOf: (id: ProfileId) => readonly string[];
  /** For the links: reads what is about to be deleted, from where it is deleted. */
  readonly #store: ProfileStore;
  readonly #linkTraits: Readonly<Record<string, string>>;

  constructor(
    redis: RedisClient,
    keysOf: (id: ProfileId) => readonly string[],
    store: ProfileStore,
    linkTraits: Readonly<Record<string, string>>,
  ) {
    this.#redis = redis;
    this.#keysOf = keysOf;
    this.#store = store;
    this.#linkTraits = linkTraits;
  }

  async erase(ids: readonly ProfileId[], { dryRun, followLinks }: ErasureOptions): Promise<Erasure> {
    const named = distinctIds(ids);
    const all = followLinks ? distinctIds([...named, ...(await this.#linkedIds(named))]) : named;
    const namedKeys = new Set(named.flatMap((id) => this.#keysOf(id)));
    const keys = new Set([...namedKeys, ...all.flatMap((id) => this.#keysOf(id))]);
    const found = new Set<string>();
    // Those that links were found in come last: when Redis fails before, they are there to be found again.
    await this.#remove(
      [...keys].filter((key) => !namedKeys.has(key)),
      found,
      dryRun,
    );
    await this.#remove([...namedKeys], found, dryRun);
    const deletedKeys = found.size;
    const profiles = all.map((id, place): ErasedProfile => {
      // Each key is given to one id.
      const own = this.#keysOf(id).filter((key) => found.delete(key));
      return { id, linked: place >= named.length, keys: own };
    });
    return { dryRun, profiles, deletedKeys, actualKeys: keys.size };
  }

  close(): Promise<void> {
    return this.#redis.close();
  }

  /** @param found gets the keys that were there */
  async #remove(keys: readonly string[], found: Set<string>, dryRun: boolean): Promise<void> {
    const replies =
      keys.length === 0
        ? []
        : await this.#redis.pipeline(keys.map((key) => [dryRun ? 'exists' : 'unlink', key]));
    let failure: GatewayError | undefined;
    for (const [index, key] of keys.entries()) {
      const reply = replies[index];
      if (reply?.kind !== 'value') {
        failure ??= reply?.kind === 'failed' ? reply.error : internalError();
      } else if (reply.value === 1) {
        found.add(key);
      }
    }
    if (failure !== undefined) {
      throw dryRun ? failure : erasureInterrupted(failure, found.size);
    }
  }

  /** One step far: whom the ids of the ids belong to is not for a trait to say. */
  async #linkedIds(ids: readonly ProfileId[]): Promise<ProfileId[]> {
    if (Object.keys(this.#linkTraits).length === 0) {
      return [];
    }
    const results = await this.#store.read(ids.map((id) => ({ id, models: 'all' })));
    return ids.flatMap(({ entity }, place) => {
      const result = results[place] ?? internalError();
      if (result instanceof GatewayError) {
        throw result;
      }
      const found = distinctIds(linkedIds(entity, result, this.#linkTraits));
      if (found.length > MAX_LINKED_IDS) {
        throw tooManyLinks(MAX_LINKED_IDS);
      }
      return found;
    });
  }
}
