import type { ProfileToken } from '../../request-context.js';
import type { Builder } from '../builder.js';
import type { ProfileIdInputRef } from './profile-id-input.js';

/** `Mutation`: mints tokens; nothing else can be changed. */
export function mutationType(builder: Builder, profileIdInput: ProfileIdInputRef): void {
  const profileToken = builder.objectRef<ProfileToken>('ProfileToken').implement({
    description: 'A token that reads one profile, for the page of the one it is about.',
    fields: (t) => ({
      token: t.exposeString('token', {
        nullable: false,
        description: 'To be sent as `Authorization: Bearer …`. It is shown this once.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: false,
        description: 'When it stops working.',
      }),
    }),
  });

  builder.mutationType({
    description: 'Mints tokens. Profiles are written by RudderStack alone.',
    fields: (t) => ({
      createProfileToken: t.field({
        type: profileToken,
        nullable: true,
        description:
          'Mints a token that reads the profile of one person, and never more of it than the token that asks.',
        args: {
          destinationId: t.arg.id({ required: true, description: 'The ID of the destination to read from.' }),
          entity: t.arg.string({ required: true, description: 'What the profile is about: `user`, …' }),
          ids: t.arg({
            type: [profileIdInput],
            required: true,
            description: '1 to 20 ids, all of the same person.',
          }),
          models: t.arg.stringList({
            description: 'Only these models: names, `*` for any characters, `!` before those denied.',
          }),
          traits: t.arg.stringList({
            description: 'Only these traits: `model.trait`, `*` for any characters, `!` before those denied.',
          }),
          expiresInSeconds: t.arg.int({
            description: 'How long it works: 600 when absent and not configured otherwise, at most 86,400.',
          }),
        },
        resolve: (_mutation, { expiresInSeconds, ...requested }, { gateway }) => {
          const { destinationId, entity, ids, models, traits } = requested;
          return gateway.mintProfileToken({
            destinationId,
            entity,
            ids,
            models,
            traits,
            lifeSeconds: expiresInSeconds,
          });
        },
      }),
    }),
  });
}
