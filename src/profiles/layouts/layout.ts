import type { RedisCommand } from '../../redis/client.js';
import type { ProfileRead } from '../store.js';
import type { StoredProfile } from '../stored-profile.js';

/** How a profile lies in Redis: which command reads it, and what the reply means. */
export interface ProfileLayout {
  command(read: ProfileRead): RedisCommand;
  /**
   * @param reply what the server answered to this read's command, error replies excepted
   * @throws MALFORMED_TRAITS when the reply cannot be a profile of this layout.
   */
  decode(read: ProfileRead, reply: unknown): StoredProfile;
}
