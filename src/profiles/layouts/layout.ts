import type { RedisCommand } from '../../redis/client.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';

/** How a profile lies in Redis: which command reads it, and what the reply means. */
export interface ProfileLayout {
  /** @returns undefined where nothing can be stored for this read, so that nothing need be asked */
  command(read: ProfileRead): RedisCommand | undefined;
  /**
   * @param reply what the server answered to this read's command, error replies excepted
   * @returns the profile, or MALFORMED_TRAITS when the reply cannot be one of this layout
   */
  decode(read: ProfileRead, reply: unknown): ProfileReadResult;
}
