import type { ProfileId } from '../../profiles/profile-id.js';
import type { Builder } from '../builder.js';

export type ProfileIdRef = ReturnType<typeof profileIdType>;

/** `ProfileId`: what a profile was asked for by, or found by. */
export function profileIdType(builder: Builder) {
  return builder.objectRef<ProfileId>('ProfileId').implement({
    description: 'How a profile is identified.',
    fields: (t) => ({
      type: t.exposeString('type', {
        nullable: false,
        description: 'The id type, `email` or `user_id` for example.',
      }),
      value: t.exposeString('value', { nullable: false, description: 'The id itself.' }),
    }),
  });
}
