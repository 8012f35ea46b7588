import { internalError, malformedTraits } from '../../errors.js';
import type { RedisClient, RedisReply } from '../../redis/client.js';
import type { ProfileLayout } from '../layouts/layout.js';
import type { ProfileRead, ProfileReadResult, ProfileStore } from '../store.js';

/**
 * The profiles of one destination in its Redis.
 * @param redis the destination's connection, shared by all requests; this store closes it
 * @param layout how the profiles lie in it
 */
export function redisStore(redis: RedisClient, layout: ProfileLayout): ProfileStore {
  return {
    async read(reads: readonly ProfileRead[]): Promise<readonly ProfileReadResult[]> {
      const replies = await redis.pipeline(reads.map((read) => layout.command(read)));
      return reads.map((read, index) => decode(layout, read, replies[index]));
    },
    check: () => redis.check(),
    close: () => redis.close(),
  };
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
