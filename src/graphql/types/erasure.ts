import type { ErasedProfile, Erasure } from '../../profiles/eraser.js';
import type { Builder } from '../builder.js';
import type { ProfileIdRef } from './profile-id.js';

/** `Erasure` and `ErasedProfile`: what became of people who were to be forgotten. */
export function erasureType(builder: Builder, profileId: ProfileIdRef) {
  const erasedProfile = builder.objectRef<ErasedProfile>('ErasedProfile').implement({
    description: 'What became of one id.',
    fields: (t) => ({
      id: t.expose('id', { type: profileId, nullable: false, description: 'The id.' }),
      linked: t.exposeBoolean('linked', {
        nullable: false,
        description: 'Whether it was found in a link trait, and not among `ids`.',
      }),
      deletedKeys: t.int({
        nullable: false,
        description: 'Keys of this id that were deleted; that would be, in a dry run.',
        resolve: ({ keys }) => keys.length,
      }),
    }),
  });

  return builder.objectRef<Erasure>('Erasure').implement({
    description: 'What was erased; what would be, in a dry run.',
    fields: (t) => ({
      dryRun: t.exposeBoolean('dryRun', { nullable: false, description: 'Whether nothing was deleted.' }),
      deletedKeys: t.exposeInt('deletedKeys', {
        nullable: false,
        description: 'Keys in Redis that were deleted; that would be, in a dry run.',
      }),
      actualKeys: t.exposeInt('actualKeys', {
        nullable: false,
        description: 'Keys that the ids stand for, whether something was stored there or not.',
      }),
      profiles: t.field({
        type: [erasedProfile],
        nullable: { list: false, items: false },
        description:
          'The `ids`, each once and in their order, and behind them those that were found by links.',
        resolve: ({ profiles }) => [...profiles],
      }),
    }),
  });
}
