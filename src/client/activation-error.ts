/** What a lookup may fail with: the codes of the gateway, and three of the client's own. */

/** Every code that a gateway answers with, and its HTTP status. The gateway's own list is src/errors.ts; a test holds them equal. */
export const GATEWAY_ERROR_STATUS = {
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

/** A code of the gateway: docs/errors.md says why each comes, and what to do. */
export type GatewayErrorCode = keyof typeof GATEWAY_ERROR_STATUS;

/**
 * A code of the client: `TIMED_OUT` (`timeoutMs` are over), `UNREACHABLE` (no connection, or it broke off before the answer was
 * whole) and `UNEXPECTED_RESPONSE` (what came is not the answer of a gateway: a proxy's page, for one).
 */
export type ClientErrorCode = 'TIMED_OUT' | 'UNREACHABLE' | 'UNEXPECTED_RESPONSE';

export type ActivationErrorCode = GatewayErrorCode | ClientErrorCode;

/** What is known of the response that an error came with. */
export interface ErrorOrigin {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** Why a profile could not be read. Its message holds no id, no trait and no token. */
export class ActivationError extends Error {
  override readonly name = 'ActivationError';
  readonly code: ActivationErrorCode;
  /** The status of the code; of `UNEXPECTED_RESPONSE` that of the response. Undefined where nothing was answered. */
  readonly status: number | undefined;
  /** What the gateway's log names the request by. Undefined where nothing was answered. */
  readonly requestId: string | undefined;
  /** How long to wait before asking again, in seconds, where the gateway said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ActivationErrorCode, message: string, origin: ErrorOrigin = {}) {
    super(message, origin.cause === undefined ? undefined : { cause: origin.cause });
    this.code = code;
    this.status = origin.status;
    this.requestId = origin.requestId;
    this.retryAfterSeconds = origin.retryAfterSeconds;
  }
}

export function isGatewayErrorCode(code: unknown): code is GatewayErrorCode {
  return typeof code === 'string' && Object.hasOwn(GATEWAY_ERROR_STATUS, code);
}
