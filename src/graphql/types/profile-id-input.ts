import type { Builder } from '../builder.js';

export type ProfileIdInputRef = ReturnType<typeof profileIdInputType>;

/** `ProfileIdInput`: one id of a list. */
export function profileIdInputType(builder: Builder) {
  return builder.inputType('ProfileIdInput', {
    description: 'Identifies one profile of a list.',
    fields: (t) => ({
      type: t.string({ required: true, description: 'The id type, `email` or `user_id` for example.' }),
      value: t.string({ required: true, description: 'The id itself: 1 to 512 characters.' }),
    }),
  });
}
