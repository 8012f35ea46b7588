import { type GatewayError, tooManyLookups } from '../../errors.js';
import type { ProfileIdNames } from '../../profiles/profile-id.js';
import type { FoundProfile } from '../../request-context.js';
import type { Builder } from '../builder.js';
import { modelsNeeded } from '../models-needed.js';
import { destinationType } from './destination.js';
import { entityType } from './entity.js';
import { listedArguments } from './listed-arguments.js';
import { profileType } from './profile.js';
import type { ProfileIdRef } from './profile-id.js';
import type { ProfileIdInputRef } from './profile-id-input.js';
import { viewerType } from './viewer.js';

/** Ids that one `profiles` field takes. */
const MAX_IDS_PER_FIELD = 100;

const PROFILE_ARGUMENTS: ProfileIdNames = { entity: 'entity', type: 'idType', value: 'idValue' };

/** `Query`: where a request comes in. Rules live below; here they are only called. */
export function queryType(
  builder: Builder,
  profileIdInput: ProfileIdInputRef,
  profileId: ProfileIdRef,
): void {
  const profile = profileType(builder, profileId);
  const destination = destinationType(builder);
  const entity = entityType(builder);
  const viewer = viewerType(builder, profile);

  builder.queryType({
    description: 'Reads profiles that RudderStack has synced to your Redis.',
    fields: (t) => ({
      profile: t.field({
        type: profile,
        nullable: true,
        description:
          'The profile of one id. An id that is not stored answers `exists: false`; null comes with an error that says why the profile could not be read.',
        args: {
          entity: t.arg.string({
            required: true,
            description: 'What the profile is about: `user`, `account`, … 1 to 128 characters, no colon.',
          }),
          destinationId: t.arg.id({ required: true, description: 'The ID of the destination to read from.' }),
          idType: t.arg.string({
            required: true,
            description: 'How it is identified: `email`, `user_id`, … 1 to 128 characters, no colon.',
          }),
          idValue: t.arg.string({ required: true, description: 'The id itself: 1 to 512 characters.' }),
        },
        resolve: (_query, { entity, destinationId, idType, idValue }, { gateway }, info) =>
          gateway
            .open(destinationId)
            .read({ entity, type: idType, value: idValue }, PROFILE_ARGUMENTS, modelsNeeded(info)),
      }),
      profiles: t.field({
        type: [profile],
        nullable: { list: false, items: true },
        description:
          'The profiles of up to 100 ids, in the order and number of `ids`. One that could not be read is null, with an error of its own.',
        args: {
          entity: t.arg.string({
            required: true,
            description: 'What the profiles are about: `user`, `account`, … 1 to 128 characters, no colon.',
          }),
          destinationId: t.arg.id({ required: true, description: 'The ID of the destination to read from.' }),
          ids: t.arg({ type: [profileIdInput], required: true, description: 'At most 100 ids.' }),
        },
        resolve: (_query, { entity, destinationId, ids }, { gateway }, info) => {
          const reader = gateway.open(destinationId);
          if (ids.length > MAX_IDS_PER_FIELD) {
            throw tooManyLookups(`profiles takes at most ${MAX_IDS_PER_FIELD} ids`);
          }
          const requested = ids.map(({ type, value }) => ({ entity, type, value }));
          return settled(reader.readAll(requested, listedArguments, modelsNeeded(info)));
        },
      }),
      destinations: t.field({
        type: [destination],
        nullable: false,
        description: 'The destinations that the access token may read.',
        resolve: (_query, _args, { gateway }) => [...gateway.destinations],
      }),
      entities: t.field({
        type: [entity],
        nullable: { list: true, items: false },
        description:
          'The entities that the access token may read and the id types that it may ask for them by. Null where the configuration has no catalogue: any may be asked for then.',
        resolve: (_query, _args, { gateway: { entities } }) => entities && [...entities],
      }),
      viewer: t.field({
        type: viewer,
        nullable: true,
        description:
          'The one whose profile the token is for: a page asks for its own profile without naming an id. Null for a token that is for nobody in particular.',
        resolve: (_query, _args, { gateway }) => gateway.viewer,
      }),
    }),
  });
}

/**
 * A list whose items came or failed each by itself. GraphQL takes an error in an item's place for that item's failure; the
 * builder's types know of promises only, and those are wrong here: graphql-jit puts the null of a promise that rejects at the
 * list's end instead of its place.
 */
function settled(items: Promise<readonly (FoundProfile | GatewayError)[]>): Promise<readonly FoundProfile[]> {
  return items as Promise<readonly FoundProfile[]>;
}
