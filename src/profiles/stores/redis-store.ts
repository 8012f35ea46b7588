import type { Cancellation } from '../../cancellation.js';
import { internalError, malformedTraits, profileTooLarge } from '../../errors.js';
import type { RedisClient, RedisCommand, RedisReply } from '../../redis/client.js';
import type { TracedSpan } from '../../telemetry/tracing.js';
import type { ProfileLayout } from '../layouts/layout.js';
import type { ProfileRead, ProfileReadResult, ProfileStore } from '../store.js';
import { StoredProfile } from '../stored-profile.js';

/**
 * The profiles of one destination in its Redis.
 * @param redis the destination's connection, shared by all requests; this store closes it
 * @param layout how the profiles lie in it
 * @param maxProfileBytes what may be stored for one profile; a larger one fails with PROFILE_TOO_LARGE
 */
export function redisStore(redis: RedisClient, layout: ProfileLayout, maxProfileBytes: number): ProfileStore {
  return {
    async read(
      reads: readonly ProfileRead[],
      cancellation?: Cancellation,
      span?: TracedSpan,
    ): Promise<readonly ProfileReadResult[]> {
      const commands: RedisCommand[] = [];
      /** Place of each read's command among them; -1 where nothing need be asked. */
      const places = reads.map((read) => {
        const command = layout.command(read);
        return command === undefined ? -1 : commands.push(command) - 1;
      });
      const replies = commands.length === 0 ? [] : await redis.pipeline(commands, cancellation, span);
      return reads.map((read, index) => {
        const place = places[index] ?? -1;
        return place === -1
          ? StoredProfile.empty
          : bounded(decode(layout, read, replies[place]), maxProfileBytes);
      });
    },
    check: () => redis.check(),
    close: () => redis.close(),
  };
}

function bounded(result: ProfileReadResult, maxBytes: number): ProfileReadResult {
  return result instanceof StoredProfile && result.isLargerThan(maxBytes)
    ? profileTooLarge(maxBytes)
    : result;
}

function decode(layout: ProfileLayout, read: ProfileRead, reply: RedisReply | undefined): ProfileReadResult {
  switch (reply?.kind) {
    case 'value':
      return layout.decode(read, reply.value);
    case 'wrong-type':
      return malformedTraits();
    case 'failed':
      return reply.error;
    default:
      return internalError();
  }
}
