/** The bodies of requests and responses. What a request must be is said by the rules that parse it. */

import { ERASURE_RULES } from '../../erase-profiles.js';
import { PROFILE_TOKEN_RULES } from '../../mint-profile-token.js';
import { NAME_RULE, VALUE_RULE } from '../../profiles/profile-id.js';
import type { JsonSchema } from './model.js';

export interface SchemaSettings {
  /** Life of a profile token that asks for none, in seconds. */
  readonly lifeSeconds: number;
  readonly maxLifeSeconds: number;
}

const PATTERNS = 'Names, `*` for any characters, `!` before those denied.';

const entity = { ...NAME_RULE, description: 'What the profile is about: `user`, `account`, …' };
const destinationId = {
  type: 'string',
  minLength: 1,
  description: 'The ID of a destination of type `REDIS` that is enabled.',
};

export function schemas({ lifeSeconds, maxLifeSeconds }: SchemaSettings): Record<string, JsonSchema> {
  return {
    ProfileId: {
      type: 'object',
      description: 'How an entity is identified.',
      required: ['type', 'value'],
      properties: {
        type: { ...NAME_RULE, description: 'The id type, `email` or `user_id` for example.' },
        value: { ...VALUE_RULE, description: 'The id itself.' },
      },
    },
    Lookup: {
      type: 'object',
      description: 'One profile. Other keys are ignored.',
      required: ['entity', 'destinationId', 'id'],
      properties: { entity, destinationId, id: reference('ProfileId') },
    },
    Profile: {
      type: 'object',
      required: ['entity', 'id', 'data'],
      properties: {
        entity,
        id: reference('ProfileId'),
        data: {
          type: 'object',
          description:
            'Model name → traits, models in the order of their names, every value as it was stored. Empty where nothing is stored.',
          additionalProperties: true,
        },
      },
      additionalProperties: false,
    },
    Erasure: {
      type: 'object',
      description: 'Whose profiles are deleted.',
      required: ['entity', 'destinationId', 'id'],
      properties: {
        entity,
        destinationId,
        id: {
          description: 'One id, or a list of them.',
          oneOf: [
            reference('ProfileId'),
            { type: 'array', ...ERASURE_RULES.ids, items: reference('ProfileId') },
          ],
        },
        dryRun: {
          type: 'boolean',
          default: false,
          description: 'Deletes nothing, and counts what would be deleted.',
        },
        followLinks: {
          type: 'boolean',
          default: true,
          description: 'Whether the ids that the link traits of the destination name are deleted too.',
        },
      },
      additionalProperties: false,
    },
    ErasureResult: {
      type: 'object',
      required: ['deletedKeys', 'actualKeys'],
      properties: {
        deletedKeys: {
          type: 'integer',
          minimum: 0,
          description: 'Keys in Redis that were there and are gone.',
        },
        actualKeys: {
          type: 'integer',
          minimum: 0,
          description: 'Keys that the ids stand for, those of linked ids included.',
        },
        dryRun: { const: true },
      },
      additionalProperties: false,
    },
    NoIds: {
      type: 'object',
      description: 'The list of ids is empty: told as the hosted API does.',
      required: ['message'],
      properties: { message: { type: 'string' } },
      additionalProperties: false,
    },
    ProfileTokenRequest: {
      type: 'object',
      description: 'Whose profile the token reads, and how much of it. Other keys are ignored.',
      required: ['destinationId', 'entity', 'ids'],
      properties: {
        destinationId,
        entity,
        ids: {
          type: 'array',
          ...PROFILE_TOKEN_RULES.ids,
          items: reference('ProfileId'),
          description: 'All of the same person.',
        },
        models: {
          type: ['array', 'null'],
          ...PROFILE_TOKEN_RULES.models,
          description: `Only these models. ${PATTERNS}`,
        },
        traits: {
          type: ['array', 'null'],
          ...PROFILE_TOKEN_RULES.traits,
          description: `Only these traits, \`model.trait\`. ${PATTERNS}`,
        },
        expiresInSeconds: {
          type: ['integer', 'null'],
          minimum: 1,
          maximum: maxLifeSeconds,
          default: lifeSeconds,
          description: 'How long the token works; never longer than the token that asks.',
        },
      },
    },
    ProfileToken: {
      type: 'object',
      required: ['token', 'expiresAt'],
      properties: {
        token: {
          type: 'string',
          description: 'To be sent as `Authorization: Bearer …`. It is shown this once.',
        },
        expiresAt: { type: 'string', format: 'date-time' },
      },
      additionalProperties: false,
    },
    Error: {
      type: 'object',
      required: ['error'],
      properties: { error: { type: 'string', description: 'What went wrong, for people.' } },
      additionalProperties: false,
    },
    Health: {
      type: 'object',
      required: ['status'],
      properties: { status: { const: 'up' } },
      additionalProperties: false,
    },
    Readiness: {
      type: 'object',
      required: ['status'],
      properties: {
        status: { enum: ['ready', 'not ready', 'stopping'] },
        destinations: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'status'],
            properties: {
              id: { type: 'string' },
              status: {
                type: 'string',
                description: '`ready`, or the code of the error that its lookups answer with.',
              },
            },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
  };
}

export function reference(schema: string): JsonSchema {
  return { $ref: `#/components/schemas/${schema}` };
}
