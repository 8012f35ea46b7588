import type { ProfileId } from '../profile-id.js';

/** The first two parts of every key that RudderStack's sync writes for profiles. */
export interface KeyOwner {
  readonly workspaceId: string;
  readonly destinationId: string;
}

/** Where a profile lies; undefined where no profile of this id can be stored. */
export type KeyOf = (id: ProfileId) => string | undefined;

/** `workspaceId:destinationId:entity:idType:idValue`. Nothing is escaped: only the last part may hold a colon. */
export function profileKey(owner: KeyOwner, id: ProfileId): string {
  return `${owner.workspaceId}:${owner.destinationId}:${id.entity}:${id.type}:${id.value}`;
}
