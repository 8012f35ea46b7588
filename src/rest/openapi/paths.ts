/** What is at which path. */

import { errorResponses, headerReferences, RATE_HEADERS, type RestErrorCode } from './error-responses.js';
import {
  EXAMPLE_DESTINATION_ID,
  EXAMPLE_ERASURE,
  EXAMPLE_LOOKUP,
  EXAMPLE_MISSING_PROFILE,
  EXAMPLE_PROFILE,
  EXAMPLE_TOKEN,
  EXAMPLE_TOKEN_REQUEST,
} from './examples.js';
import type { Content, Operation, PathItem, Response } from './model.js';
import { reference } from './schemas.js';

/** What any path may answer. */
const EVERYWHERE = ['BAD_REQUEST', 'METHOD_NOT_ALLOWED', 'INTERNAL'] as const satisfies RestErrorCode[];

/** What any path may answer that takes a token and a body. */
const WITH_TOKEN = [
  ...EVERYWHERE,
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_DESTINATION',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDENTITY_PROVIDER_UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
] as const satisfies RestErrorCode[];

export function paths(): Record<string, PathItem> {
  return {
    '/v1/activation': { post: readProfile('readProfile', 'Reads one profile') },
    '/v2/activation': {
      post: readProfile('readProfileV2', 'Reads one profile: the same as v1'),
      delete: eraseProfiles(),
    },
    '/v1/profile-tokens': { post: createProfileToken() },
    '/healthz': {
      get: {
        operationId: 'health',
        summary: 'Whether the process is up',
        description: 'For liveness probes: asks no Redis.',
        security: [],
        responses: {
          200: answer('The process is up.', json('Health', { up: { value: { status: 'up' } } })),
          ...errorResponses(EVERYWHERE),
        },
      },
    },
    '/readyz': {
      get: {
        operationId: 'readiness',
        summary: 'Whether every destination answers',
        description: 'For readiness probes: asks the Redis of each destination that can be read.',
        security: [],
        responses: {
          200: readiness('Every destination answers.', 'ready', 'ready'),
          ...errorResponses(EVERYWHERE),
          503: readiness(
            'Some destination does not answer, or the gateway is about to stop.',
            'not ready',
            'STORE_UNAVAILABLE',
          ),
        },
      },
    },
  };
}

function readProfile(operationId: string, summary: string): Operation {
  return {
    operationId,
    summary,
    description:
      'As the hosted Activation API does. An id that is not stored answers 200 with empty `data`; a store that could not be asked never does. Checked in this order: token, destination, the access of the token to it, the rest.',
    requestBody: { required: true, content: json('Lookup', { lookup: { value: EXAMPLE_LOOKUP } }) },
    responses: {
      200: answer(
        'The profile, or that nothing is stored under its id.',
        json('Profile', {
          found: { summary: 'A profile', value: EXAMPLE_PROFILE },
          missing: { summary: 'Nothing stored under this id', value: EXAMPLE_MISSING_PROFILE },
        }),
        RATE_HEADERS,
      ),
      ...errorResponses([
        ...WITH_TOKEN,
        'RATE_LIMITED',
        'MALFORMED_TRAITS',
        'PROFILE_TOO_LARGE',
        'STORE_UNAVAILABLE',
        'STORE_TIMEOUT',
      ]),
    },
  };
}

function eraseProfiles(): Operation {
  const { 400: wrong, ...refused } = errorResponses([
    ...WITH_TOKEN,
    'ERASE_NOT_ALLOWED',
    'TOO_MANY_LOOKUPS',
    'LIMIT_EXCEEDED',
    'RATE_LIMITED',
    'MALFORMED_TRAITS',
    'PROFILE_TOO_LARGE',
    'STORE_UNAVAILABLE',
    'STORE_TIMEOUT',
  ]);
  return {
    operationId: 'eraseProfiles',
    summary: 'Deletes everything that is stored under the ids',
    description:
      'For admins, where the destination says `allowErase: true`. Takes no query string and no other keys: a misspelt `dryRun` must not delete.',
    requestBody: { required: true, content: json('Erasure', { people: { value: EXAMPLE_ERASURE } }) },
    responses: {
      200: answer(
        'How much was deleted.',
        json('ErasureResult', { erased: { value: { deletedKeys: 3, actualKeys: 4 } } }),
        RATE_HEADERS,
      ),
      ...(wrong && { 400: withNoIds(wrong) }),
      ...refused,
    },
  };
}

/** As the hosted API tells it, unlike all other errors under `message`. */
function withNoIds({ content, ...response }: Response): Response {
  const { schema, examples } = content['application/json'];
  return {
    ...response,
    content: {
      'application/json': {
        schema: { oneOf: [schema, reference('NoIds')] },
        examples: { ...examples, noIds: { value: { message: 'id should have at least one item' } } },
      },
    },
  };
}

function createProfileToken(): Operation {
  return {
    operationId: 'createProfileToken',
    summary: "Mints a token that reads one person's profile",
    description:
      'For the page of the person it is about. It reads never more than the access token that asks, and cannot mint others.',
    requestBody: {
      required: true,
      content: json('ProfileTokenRequest', { request: { value: EXAMPLE_TOKEN_REQUEST } }),
    },
    responses: {
      201: answer('The token.', json('ProfileToken', { token: { value: EXAMPLE_TOKEN } })),
      ...errorResponses([...WITH_TOKEN, 'PROFILE_TOKENS_DISABLED']),
    },
  };
}

function readiness(description: string, status: string, destination: string): Response {
  const value = { status, destinations: [{ id: EXAMPLE_DESTINATION_ID, status: destination }] };
  return answer(description, json('Readiness', { state: { value } }));
}

function answer(description: string, content: Content, headers: readonly string[] = []): Response {
  return { description, headers: headerReferences(['X-Request-Id', ...headers]), content };
}

function json(schema: string, examples: Content['application/json']['examples']): Content {
  return { 'application/json': { schema: reference(schema), examples } };
}
