import type { ProfileIdNames } from '../profiles/profile-id.js';
import type { ModelSelection, StoredProfile } from '../profiles/stored-profile.js';
import type { ProfileReader } from '../request-context.js';

/** What GraphQL calls a Profile: the ids it was asked for by, and what is stored under them. */
export interface ProfileView {
  readonly entity: string;
  readonly destinationId: string;
  readonly id: { readonly type: string; readonly value: string };
  readonly stored: StoredProfile;
}

/** @throws what {@link ProfileReader.read} throws. */
export async function readProfile(
  reader: ProfileReader,
  requested: { readonly entity: string; readonly type: string; readonly value: string },
  names: ProfileIdNames,
  models: ModelSelection,
): Promise<ProfileView> {
  const { entity, type, value } = requested;
  const stored = await reader.read(requested, names, models);
  return { entity, destinationId: reader.destinationId, id: { type, value }, stored };
}
