import type { GraphQLResolveInfo } from 'graphql';
import { forbidden, GatewayError } from '../../errors.js';
import type { FoundProfile, RequestContext, Viewer } from '../../request-context.js';
import type { Builder } from '../builder.js';
import { modelsNeeded } from '../models-needed.js';
import type { profileType } from './profile.js';

/** What the caller wrote, for messages: it named no id, so only the id type can be its mistake. */
const ARGUMENTS = { entity: 'entity', type: 'idType', value: 'id' };

/** `Viewer`: the one whose profile a token is for. */
export function viewerType(builder: Builder, profile: ReturnType<typeof profileType>) {
  return builder.objectRef<Viewer>('Viewer').implement({
    description: 'The one whose profile the token is for.',
    fields: (t) => ({
      profile: t.field({
        type: profile,
        nullable: true,
        description:
          'Their profile: of the first of their ids that is stored, in the order that the token names them; of the first one, with `exists: false`, where none is.',
        args: {
          idType: t.arg.string({
            description: 'Only by the id of this type; the token must have one. By any of them when absent.',
          }),
        },
        resolve: (viewer, { idType }, { gateway }, info) => readViewer(viewer, idType, gateway, info),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the token stops working: get another before. Null for one that does not expire.',
        resolve: ({ expiresAt }) => (Number.isFinite(expiresAt) ? new Date(expiresAt) : null),
      }),
    }),
  });
}

async function readViewer(
  { subject }: Viewer,
  idType: string | null | undefined,
  gateway: RequestContext,
  info: GraphQLResolveInfo,
): Promise<FoundProfile> {
  const { destinationId, entity, ids } = subject;
  const reader = gateway.open(destinationId);
  const own = ids.filter(({ type }) => idType === undefined || idType === null || type === idType);
  const read = await reader.readAll(
    own.map(({ type, value }) => ({ entity, type, value })),
    () => ARGUMENTS,
    // To tell which of several ids is stored takes more than the models that are asked for.
    own.length > 1 ? 'all' : modelsNeeded(info),
  );
  // An id type that is not synced is no reason to miss the others.
  const answered = read.filter((found) => !(found instanceof GatewayError && found.code === 'BAD_REQUEST'));
  for (const found of answered) {
    if (found instanceof GatewayError) {
      throw found;
    }
    if (found.stored.exists) {
      return found;
    }
  }
  const [first = read[0] ?? forbidden(ARGUMENTS.type)] = answered;
  if (first instanceof GatewayError) {
    throw first;
  }
  return first;
}
