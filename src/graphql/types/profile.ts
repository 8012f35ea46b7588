import type { FoundProfile } from '../../request-context.js';
import type { Builder } from '../builder.js';
import type { ProfileIdRef } from './profile-id.js';

/** `Profile`: everything stored for one id. */
export function profileType(builder: Builder, profileId: ProfileIdRef) {
  return builder.objectRef<FoundProfile>('Profile').implement({
    description: 'Everything stored for one id of one entity at one destination.',
    fields: (t) => ({
      entity: t.string({
        nullable: false,
        description: 'What the profile is about: `user`, `account`, `project`, …',
        resolve: ({ id }) => id.entity,
      }),
      destinationId: t.exposeID('destinationId', {
        nullable: false,
        description: 'The ID of the destination it was read from.',
      }),
      id: t.expose('id', { type: profileId, nullable: false, description: 'The id it was asked for by.' }),
      exists: t.boolean({
        nullable: false,
        description:
          'Whether anything is stored under this id. False is the truth about the store: where the store could not be asked, the profile is null and an error says why.',
        resolve: ({ stored }) => stored.exists,
      }),
      models: t.stringList({
        nullable: { list: false, items: false },
        description: 'The names of the models stored, in their order by code unit.',
        resolve: ({ stored }) => [...stored.models],
      }),
      traits: t.field({
        type: 'JSONObject',
        nullable: false,
        description:
          'Model name → traits, as stored: the same numbers digit for digit, the same nesting, any key. `{}` where nothing is stored.',
        args: {
          models: t.arg.stringList({
            description: 'Only these models; one that is not stored is left out. All models when absent.',
          }),
          names: t.arg.stringList({
            description:
              'Only these traits; a model that has none of them is left out. Whole models when absent.',
          }),
        },
        resolve: ({ stored }, { models, names }) =>
          stored.traits({ ...(models && { models }), ...(names && { names }) }),
      }),
      trait: t.field({
        type: 'JSON',
        nullable: true,
        description: 'One value, as stored; null when absent.',
        args: {
          name: t.arg.string({ required: true, description: 'The name of the trait.' }),
          model: t.arg.string({
            description:
              'The model to look into. When absent: the first model, in the order of their names, that has the trait.',
          }),
        },
        resolve: ({ stored }, { name, model }) => stored.trait(name, model ?? undefined),
      }),
    }),
  });
}
