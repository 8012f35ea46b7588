/** The errors that REST tells, in the words that it tells them in: each example is made by what makes the error. */

import {
  badRequest,
  deadlineExceeded,
  type ErrorCode,
  eraseNotAllowed,
  forbidden,
  type GatewayError,
  identityProviderUnavailable,
  internalError,
  invalidDestination,
  malformedTraits,
  methodNotAllowed,
  notFound,
  overloaded,
  payloadTooLarge,
  profileTokensDisabled,
  profileTooLarge,
  rateLimited,
  storeTimeout,
  storeUnavailable,
  tooManyLinks,
  tooManyLookups,
  unauthenticated,
  unsupportedMediaType,
} from '../../errors.js';
import { EXAMPLE_DESTINATION_ID } from './examples.js';
import type { Response } from './model.js';

/** Codes that REST never tells: of GraphQL's documents, and of a caller who has hung up. */
export type UntoldErrorCode =
  | 'CLIENT_CLOSED_REQUEST'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'NOT_ACCEPTABLE';

/** One example a code, so that a new code is either told here or known to be untold. */
const EXAMPLES: Readonly<Record<Exclude<ErrorCode, UntoldErrorCode>, readonly [GatewayError, string]>> = {
  BAD_REQUEST: [
    badRequest('id.type must be a string, it is missing'),
    'The body is not JSON, or not what it must be; the message says which key and why.',
  ],
  UNAUTHENTICATED: [
    unauthenticated(),
    'No token, one that is unknown or has expired, or one without access to the destination.',
  ],
  FORBIDDEN: [
    forbidden('id.type'),
    'The token does not open this entity, id type or id; or a page of an origin asks that is not configured.',
  ],
  ERASE_NOT_ALLOWED: [
    eraseNotAllowed(EXAMPLE_DESTINATION_ID),
    'The configuration of the destination does not say `allowErase: true`.',
  ],
  TOO_MANY_LOOKUPS: [
    tooManyLookups('An erasure takes at most 100 ids'),
    'More ids than one request may name.',
  ],
  LIMIT_EXCEEDED: [tooManyLinks(1_000), 'The link traits lead to more ids than one person has.'],
  INVALID_DESTINATION: [
    invalidDestination(),
    'The destination ID is absent, blank, unknown, disabled, or not of a Redis destination.',
  ],
  NOT_FOUND: [notFound('/v1/activations'), 'There is nothing at this path.'],
  METHOD_NOT_ALLOWED: [methodNotAllowed(['POST']), '`Allow` says which methods the path takes.'],
  PAYLOAD_TOO_LARGE: [payloadTooLarge(1024 * 1024), 'The body is larger than 1 MiB.'],
  UNSUPPORTED_MEDIA_TYPE: [unsupportedMediaType(), 'The body is of another content type, or compressed.'],
  RATE_LIMITED: [
    rateLimited('100 lookups in 1 s', 1),
    'The token has asked for more lookups than its rate allows. `Retry-After` says when to come again.',
  ],
  INTERNAL: [internalError(), 'A fault of the gateway. Its log has it under the request ID.'],
  PROFILE_TOKENS_DISABLED: [profileTokensDisabled(), 'The gateway has no key that signs profile tokens.'],
  MALFORMED_TRAITS: [
    malformedTraits('user_360'),
    'What is stored for a model is not JSON, or the key is of another type.',
  ],
  PROFILE_TOO_LARGE: [
    profileTooLarge(8_388_608),
    'What is stored for the profile is larger than its destination allows.',
  ],
  IDENTITY_PROVIDER_UNAVAILABLE: [
    identityProviderUnavailable('https://login.example.com/'),
    'The token is one of an identity provider whose keys cannot be fetched.',
  ],
  OVERLOADED: [
    overloaded(),
    'The gateway has more requests than it can answer. `Retry-After` says when to come again.',
  ],
  DEADLINE_EXCEEDED: [
    deadlineExceeded(100),
    'The request was not answered within the time that its caller allows.',
  ],
  STORE_UNAVAILABLE: [storeUnavailable(EXAMPLE_DESTINATION_ID), "The destination's Redis cannot be reached."],
  STORE_TIMEOUT: [
    storeTimeout(EXAMPLE_DESTINATION_ID, 250),
    "The destination's Redis took longer than its time-out.",
  ],
};

export type RestErrorCode = keyof typeof EXAMPLES;

/** Told after the lookup was counted: what is left of the rate comes with them. */
const COUNTED: ReadonlySet<RestErrorCode> = new Set([
  'RATE_LIMITED',
  'MALFORMED_TRAITS',
  'PROFILE_TOO_LARGE',
  'STORE_UNAVAILABLE',
  'STORE_TIMEOUT',
]);

/** Of an answer after the lookup was counted, where the token has a rate. */
export const RATE_HEADERS = ['RateLimit', 'RateLimit-Policy'];

/** Headers of errors, by their names in lower case, that are described under `components.headers`. */
const HEADERS: Readonly<Record<string, string>> = {
  'retry-after': 'Retry-After',
  'www-authenticate': 'WWW-Authenticate',
  allow: 'Allow',
};

/** The responses of an operation that may fail with these codes, one a status. */
export function errorResponses(codes: readonly RestErrorCode[]): Record<string, Response> {
  const statuses = [...new Set(codes.map((code) => EXAMPLES[code][0].status))].sort(
    (one, other) => one - other,
  );
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      errorResponse(codes.filter((code) => EXAMPLES[code][0].status === status)),
    ]),
  );
}

/** @param codes all of one status */
export function errorResponse(codes: readonly RestErrorCode[]): Response {
  const told = codes.map((code) => ({ code, error: EXAMPLES[code][0], why: EXAMPLES[code][1] }));
  const headers = [
    'X-Request-Id',
    ...new Set(told.flatMap(({ error }) => Object.keys(error.headers).map((name) => HEADERS[name] ?? name))),
    ...(codes.some((code) => COUNTED.has(code)) ? RATE_HEADERS : []),
  ];
  return {
    description: told.map(({ code, why }) => `\`${code}\`: ${why}`).join('\n\n'),
    headers: headerReferences(headers),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(
          told.map(({ code, error }) => [code, { value: { error: error.message } }]),
        ),
      },
    },
  };
}

export function headerReferences(names: readonly string[]): Record<string, { readonly $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
