import type { StoredProfile } from '../profiles/stored-profile.js';

/** What GraphQL calls a Profile: the ids it was asked for by, and what is stored under them. */
export interface ProfileView {
  readonly entity: string;
  readonly destinationId: string;
  readonly id: { readonly type: string; readonly value: string };
  readonly stored: StoredProfile;
}
