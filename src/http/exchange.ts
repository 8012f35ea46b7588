/** A request and its response as the faces see them: no sockets, so a face is tested by calling it. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Cancellation } from '../cancellation.js';
import type { GatewayError } from '../errors.js';
import { writeJson } from '../json/write-json.js';

export interface HttpRequest {
  readonly method: string;
  /** Path without the query string. */
  readonly path: string;
  /** The query string with its `?`, or nothing. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** Told back in `X-Request-Id`; the caller's own where it sent a sane one. */
  readonly requestId: string;
  /** Whether it says twice who sends it. */
  readonly isAmbiguous: boolean;
  /** Whether its answer is still wanted. */
  readonly cancellation: Cancellation;
  /** Says that it is about to make so many more lookups: what it weighs beside other requests. */
  countLookups(lookups: number): void;
  /**
   * For those who serve it, to find again when it is answered. A field, because a WeakMap of requests costs a tenth of a
   * request in garbage collection.
   */
  note: unknown;
  /**
   * The body of a JSON request as text. Call it once, after the caller is known: nobody else's body is read.
   * @throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, or BAD_REQUEST where it is not UTF-8; DEADLINE_EXCEEDED where it came
   *   too late.
   */
  jsonText(): Promise<string>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or its bytes as UTF-8. */
  readonly body: string | Buffer;
  /** Where it is not simply an answer: the code of the error that decided the status, or `partial` for data beside errors. */
  readonly failure?: string | undefined;
  /** The code of every error that it tells. */
  readonly errorCodes?: readonly string[] | undefined;
}

/** What answers at one exact path. */
export interface Route {
  readonly path: string;
  /** Upper case; HEAD comes with GET. */
  readonly methods: readonly string[];
  /** Whether programs use it: then pages of other origins may only where they are configured. */
  readonly isApi: boolean;
  /** Whose requests these are counted as; left out by what is not an API. */
  readonly face?: 'graphql' | 'rest';
  /** May throw or reject: a GatewayError is told by {@link refuse}, anything else is masked as INTERNAL. */
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
  /**
   * How this path's face tells an error.
   * @param request left out for an answer that is made ahead of all requests
   */
  refuse(error: GatewayError, request?: HttpRequest): HttpResponse;
}

export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: writeJson(body),
  };
}

/** An error as everything but GraphQL tells it: `{"error": message}`. */
export function errorResponse(error: GatewayError): HttpResponse {
  return {
    ...jsonResponse(error.status, { error: error.message }, error.headers),
    failure: error.code,
    errorCodes: [error.code],
  };
}
