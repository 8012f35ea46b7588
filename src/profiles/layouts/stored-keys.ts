import type { RedisDestinationConfig } from '../../config/config.js';
import { EVENT_STREAM_ID_TYPE } from '../../config/defaults.js';
import type { ProfileId } from '../profile-id.js';
import { customKey, eventStreamKey } from './layout-of.js';
import { type KeyOf, profileKey } from './profile-key.js';

/**
 * Every key that something may be stored under for an id, not only the one that is read: RudderStack writes its event stream
 * beside the profiles, into the same Redis. In a Redis that another tool fills, `user:<id>` may be somebody else's key.
 */
export function storedKeysOf({
  id: destinationId,
  workspaceId,
  redis: { prefix },
  layout,
}: RedisDestinationConfig): (id: ProfileId) => readonly string[] {
  const owner = { workspaceId, destinationId };
  const beside: KeyOf =
    layout.type === 'custom'
      ? customKey(layout, owner)
      : eventStreamKey(layout.type === 'event-stream' ? layout.idType : EVENT_STREAM_ID_TYPE, prefix);
  return (id) => {
    const key = beside(id);
    return key === undefined ? [profileKey(owner, id)] : [profileKey(owner, id), key];
  };
}
