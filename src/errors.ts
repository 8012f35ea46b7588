/** The one list of errors, for both faces: code, HTTP status, message. Nothing else is ever told to a caller. */

/** Every code the gateway answers with, and the HTTP status that belongs to it. */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  TOO_MANY_LOOKUPS: 400,
  LIMIT_EXCEEDED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ERASE_NOT_ALLOWED: 403,
  DOCUMENT_NOT_TRUSTED: 403,
  INVALID_DESTINATION: 404,
  NOT_FOUND: 404,
  PERSISTED_QUERY_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  CLIENT_CLOSED_REQUEST: 499,
  INTERNAL: 500,
  PROFILE_TOKENS_DISABLED: 501,
  MALFORMED_TRAITS: 502,
  PROFILE_TOO_LARGE: 502,
  IDENTITY_PROVIDER_UNAVAILABLE: 503,
  OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  STORE_TIMEOUT: 504,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Seconds a caller is asked to wait before it tries again what cannot be reached. */
const RETRY_AFTER_SECONDS = 1;

/**
 * An error that may be told to the caller as it stands: its message holds no secret, no id value and no trait.
 * Made by the functions below, so that one situation has one wording.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  /** Response headers that belong to this error, `Retry-After` for one. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  /** The HTTP status of this error's code. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** No token, not a bearer token, unknown, expired, or a token with no access to the destination. */
export function unauthenticated(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'Unauthorized request. Please check your access token', {
    'www-authenticate': 'Bearer',
  });
}

/** Destination ID absent, blank, unknown, disabled or not a Redis destination. */
export function invalidDestination(): GatewayError {
  return new GatewayError(
    'INVALID_DESTINATION',
    'Invalid Destination. Please verify you are passing the right destination ID',
  );
}

/** @param reason says which argument is wrong and what would be right; never the value given. */
export function badRequest(reason: string): GatewayError {
  return new GatewayError('BAD_REQUEST', reason);
}

/**
 * The destination is open to the caller, but not this.
 * @param what the argument, as the caller knows it
 */
export function forbidden(what: string): GatewayError {
  return new GatewayError('FORBIDDEN', `The access token does not open this ${what}`);
}

/** A profile token was asked for by one who was not given an access token of the configuration. */
export function mayNotMint(): GatewayError {
  return new GatewayError('FORBIDDEN', 'Only an access token of the configuration may mint profile tokens');
}

/** Profiles were to be erased by one who is not an admin. */
export function mayNotErase(): GatewayError {
  return new GatewayError('FORBIDDEN', 'Only an admin may erase profiles');
}

/** Profiles were to be erased where nobody may. */
export function eraseNotAllowed(destinationId: string): GatewayError {
  return new GatewayError(
    'ERASE_NOT_ALLOWED',
    `Nothing may be erased at destination ${destinationId}: its configuration does not say allowErase: true`,
  );
}

/** @param cause what Redis failed with, after keys had been sent to be deleted */
export function erasureInterrupted(cause: GatewayError, deletedKeys: number): GatewayError {
  return new GatewayError(
    cause.code,
    `${cause.message}: ${deletedKeys} keys were deleted for certain, and others may have been. Erase again: what is gone already does no harm`,
    cause.headers,
  );
}

/** @param trait of the destination's `linkTraits` */
export function linkBroken(trait: string): GatewayError {
  return new GatewayError(
    'MALFORMED_TRAITS',
    `The trait ${trait} of linkTraits holds something that is no id, so the links cannot be followed. Nothing was erased`,
  );
}

/** The links lead to more ids than one person has. */
export function tooManyLinks(max: number): GatewayError {
  return new GatewayError(
    'LIMIT_EXCEEDED',
    `The link traits lead to more than ${max} ids: see linkTraits in the configuration. Nothing was erased`,
  );
}

/** A browser's page of an origin that is not configured. */
export function originRefused(): GatewayError {
  return new GatewayError(
    'FORBIDDEN',
    'Pages of this origin may not ask: see server.cors.origins in the configuration',
  );
}

/** No key of this gateway signs profile tokens. */
export function profileTokensDisabled(): GatewayError {
  return new GatewayError(
    'PROFILE_TOKENS_DISABLED',
    'This gateway has no key that signs profile tokens: see profileTokens in its configuration',
  );
}

/** @param limit the sentence that says what is too much, and how much is allowed */
export function limitExceeded(limit: string): GatewayError {
  return new GatewayError('LIMIT_EXCEEDED', limit);
}

/** @param retryAfterSeconds when the budget is full again, at least 1 */
export function rateLimited(rate: string, retryAfterSeconds: number): GatewayError {
  return new GatewayError('RATE_LIMITED', `The access token has made more than its ${rate}`, {
    'retry-after': String(retryAfterSeconds),
  });
}

/** A trusted document was asked for by a hash that the gateway does not know. */
export function documentNotFound(): GatewayError {
  return new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'There is no trusted document of this ID');
}

/** Only trusted documents are served, and this is none. */
export function documentNotTrusted(): GatewayError {
  return new GatewayError('DOCUMENT_NOT_TRUSTED', 'Only trusted documents are served here, and this is none');
}

/** @param limit the sentence that names the limit that was passed. */
export function tooManyLookups(limit: string): GatewayError {
  return new GatewayError('TOO_MANY_LOOKUPS', limit);
}

/** @param model the model whose stored value is not JSON; left out when the whole key is of the wrong type. */
export function malformedTraits(model?: string): GatewayError {
  return new GatewayError(
    'MALFORMED_TRAITS',
    model === undefined
      ? 'The profile is stored under a key that is not of the type its destination uses'
      : `The value stored for model ${JSON.stringify(model)} is not JSON`,
  );
}

/** @param maxBytes the destination's bound on what is stored for one profile */
export function profileTooLarge(maxBytes: number): GatewayError {
  return new GatewayError(
    'PROFILE_TOO_LARGE',
    `The profile is larger than the ${maxBytes} bytes that its destination allows; ask for some of its models alone`,
  );
}

/** @param issuer whose keys could not be fetched */
export function identityProviderUnavailable(issuer: string): GatewayError {
  return new GatewayError(
    'IDENTITY_PROVIDER_UNAVAILABLE',
    `The keys of ${issuer} cannot be fetched, so its tokens cannot be checked`,
    { 'retry-after': String(RETRY_AFTER_SECONDS) },
  );
}

/** There is more to do than this gateway can: nothing was read or done for the request. */
export function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', 'The gateway has more requests than it can answer: try again later', {
    'retry-after': String(RETRY_AFTER_SECONDS),
  });
}

/** The time that the caller gave for its request is over. */
export function deadlineExceeded(timeoutMs: number): GatewayError {
  return new GatewayError(
    'DEADLINE_EXCEEDED',
    `The request was not answered within the ${timeoutMs} ms that its caller allows`,
  );
}

/** The caller has hung up: told to nobody but the audit, under the status that proxies give it. */
export function clientClosedRequest(): GatewayError {
  return new GatewayError('CLIENT_CLOSED_REQUEST', 'The caller has hung up');
}

/** Redis cannot be reached, or refuses to serve. */
export function storeUnavailable(destinationId: string): GatewayError {
  return new GatewayError(
    'STORE_UNAVAILABLE',
    `The Redis of destination ${destinationId} cannot be reached`,
    {
      'retry-after': String(RETRY_AFTER_SECONDS),
    },
  );
}

/** Redis took longer than the destination's time-out. */
export function storeTimeout(destinationId: string, timeoutMs: number): GatewayError {
  return new GatewayError(
    'STORE_TIMEOUT',
    `The Redis of destination ${destinationId} did not answer within ${timeoutMs} ms`,
  );
}

export function notFound(path: string): GatewayError {
  return new GatewayError('NOT_FOUND', `There is nothing at ${path}`);
}

/** @param allowed the methods that the path takes. */
export function methodNotAllowed(allowed: readonly string[]): GatewayError {
  const allow = allowed.join(', ');
  return new GatewayError('METHOD_NOT_ALLOWED', `This path takes ${allow}`, { allow });
}

export function notAcceptable(): GatewayError {
  return new GatewayError(
    'NOT_ACCEPTABLE',
    'GraphQL answers in application/graphql-response+json or application/json',
  );
}

export function payloadTooLarge(maxBytes: number): GatewayError {
  return new GatewayError('PAYLOAD_TOO_LARGE', `The request body is larger than ${maxBytes} bytes`);
}

export function unsupportedMediaType(): GatewayError {
  return new GatewayError(
    'UNSUPPORTED_MEDIA_TYPE',
    'The request body must be sent as application/json in UTF-8, without content encoding',
  );
}

/** Anything that was not foreseen. What really happened is for the log alone. */
export function internalError(): GatewayError {
  return new GatewayError('INTERNAL', 'Internal server error');
}
