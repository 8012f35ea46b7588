/** The one list of errors, for both faces: code, HTTP status, message. Nothing else is ever told to a caller. */

/** Every code the gateway answers with, and the HTTP status that belongs to it. */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  TOO_MANY_LOOKUPS: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INVALID_DESTINATION: 404,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  MALFORMED_TRAITS: 502,
  PROFILE_TOO_LARGE: 502,
  STORE_UNAVAILABLE: 503,
  STORE_TIMEOUT: 504,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Seconds a caller is asked to wait before it tries an unreachable store again. */
const STORE_RETRY_AFTER_SECONDS = 1;

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

/** Redis cannot be reached, or refuses to serve. */
export function storeUnavailable(destinationId: string): GatewayError {
  return new GatewayError(
    'STORE_UNAVAILABLE',
    `The Redis of destination ${destinationId} cannot be reached`,
    {
      'retry-after': String(STORE_RETRY_AFTER_SECONDS),
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
