/** Turns what the GraphQL engine gives into what the contract promises: codes, messages, one HTTP status. */

import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_STATUS, GatewayError, internalError } from '../errors.js';

/** An execution result that may be told to the caller, and how HTTP tells it. */
export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data?: ExecutionResult['data'];
  /** Where there are errors: the code of the one that decided the status, or `partial` where something was answered. */
  readonly failure?: string;
  /** The code of every error. */
  readonly errorCodes?: readonly string[];
}

/**
 * @param result as the engine gives it
 * @param onMasked is called with every error that the caller is not told
 */
export function toOutcome(
  { data, errors }: ExecutionResult,
  onMasked: (error: GraphQLError) => void,
): Outcome {
  if (errors === undefined || errors.length === 0) {
    return { status: 200, headers: {}, data };
  }
  const told = errors.map((error) => tell(error, onMasked));
  const answered = data !== undefined && data !== null && Object.values(data).some(isAnswer);
  return {
    ...(answered ? { status: 200, headers: {}, failure: 'partial' } : worst(told)),
    errors: told.map(({ error }) => error),
    errorCodes: told.map(({ error }) => String(error.extensions?.code)),
    ...(data === undefined ? {} : { data }),
  };
}

/** The outcome of a request that was refused before any field was resolved. */
export function refusal(error: GatewayError): Outcome {
  return toOutcome({ errors: [new GraphQLError(error.message, { originalError: error })] }, () => {});
}

interface Told {
  readonly error: GraphQLFormattedError;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A list of nothing but failures is no answer, nor is null. */
function isAnswer(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 || value.some(isAnswer) : value !== null;
}

/** The status that tells most about who has to act: a store's failure over a refusal, a refusal over a bad request. */
function worst(told: readonly Told[]): Pick<Outcome, 'status' | 'headers' | 'failure'> {
  const { status, headers, error } = told.reduce((one, other) => (other.status > one.status ? other : one));
  return { status, headers, failure: String(error.extensions?.code) };
}

function tell(error: GraphQLError, onMasked: (error: GraphQLError) => void): Told {
  const { originalError } = error;
  if (originalError instanceof GatewayError) {
    return toTold(error, originalError);
  }
  // An error of the request itself (syntax, validation, variables) has no place in the result and no cause of ours.
  if (error.path === undefined && (originalError === undefined || originalError instanceof GraphQLError)) {
    return requestError(error);
  }
  onMasked(error);
  return toTold(error, internalError());
}

function toTold(at: GraphQLError, error: GatewayError): Told {
  return {
    error: formatted(error.message, at, error.code),
    status: error.status,
    headers: error.headers,
  };
}

/** GraphQL's own word for what is wrong with the request, under its usual code. */
function requestError(error: GraphQLError): Told {
  const { code, http } = error.extensions;
  const status = statusOf(http) ?? ERROR_STATUS.BAD_REQUEST;
  return {
    error: formatted(error.message, error, status === 405 ? 'METHOD_NOT_ALLOWED' : (code ?? 'BAD_REQUEST')),
    status,
    headers: status === 405 ? { allow: 'POST' } : {},
  };
}

/** An error as it is written: where in the document, where in the result, and its code. */
function formatted(message: string, { locations, path }: GraphQLError, code: unknown): GraphQLFormattedError {
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code },
  };
}

function statusOf(http: unknown): number | undefined {
  return typeof http === 'object' && http !== null && 'status' in http && typeof http.status === 'number'
    ? http.status
    : undefined;
}
