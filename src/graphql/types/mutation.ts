import type { ProfileToken } from '../../request-context.js';
import type { Builder } from '../builder.js';
import { erasureType } from './erasure.js';
import { listedArguments } from './listed-arguments.js';
import type { ProfileIdRef } from './profile-id.js';
import type { ProfileIdInputRef } from './profile-id-input.js';

/** `Mutation`: mints tokens and erases profiles; nothing else can be changed. */
export function mutationType(
  builder: Builder,
  profileIdInput: ProfileIdInputRef,
  profileId: ProfileIdRef,
): void {
  const erasure = erasureType(builder, profileId);
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
    description: 'Mints tokens and erases profiles. Profiles are written by RudderStack alone.',
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
      eraseProfiles: t.field({
        type: erasure,
        nullable: true,
        description:
          'Deletes everything that is stored under ids, for people who ask to be forgotten. For admins alone, and only at a destination that allows it. Where Redis fails, some keys may have been deleted: erase again then.',
        args: {
          destinationId: t.arg.id({ required: true, description: 'The ID of the destination to erase at.' }),
          entity: t.arg.string({ required: true, description: 'What the profiles are about: `user`, …' }),
          ids: t.arg({ type: [profileIdInput], required: true, description: '1 to 100 ids.' }),
          dryRun: t.arg.boolean({
            required: true,
            defaultValue: false,
            description: 'Whether only to say what would be deleted.',
          }),
          followLinks: t.arg.boolean({
            required: true,
            defaultValue: true,
            description:
              "Whether to erase the same people's other ids too: those in the `linkTraits` of the destination, read from the profiles stored under `ids`.",
          }),
        },
        resolve: (_mutation, { destinationId, ...requested }, { gateway }) =>
          gateway.openErasing(destinationId).erase(requested, listedArguments),
      }),
    }),
  });
}
