/** The HTTP edge: sockets, limits, exact routes and the way out. Knows neither GraphQL nor profiles. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import {
  badRequest,
  clientClosedRequest,
  GatewayError,
  internalError,
  methodNotAllowed,
  notFound,
} from '../errors.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import type { UnreadableReason } from '../telemetry/metrics/gateway-metrics.js';
import { type Admission, Place } from './admission.js';
import { Caller, callerTimeout } from './caller.js';
import { Connections } from './connections.js';
import { errorResponse, type HttpRequest, type HttpResponse, type Route } from './exchange.js';
import { listen } from './listen.js';
import { readJsonText } from './request-body.js';
import { requestIdOf } from './request-id.js';
import type { Site } from './site.js';
import { watchUnreadable } from './unreadable.js';

const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the 60 s that load balancers commonly keep idle connections, so that they close them, not we. */
const KEEP_ALIVE_SECONDS = 65;
/**
 * Requests of one connection, as nginx has it. Connections that last for ever would leave a worker or a gateway that was started anew
 * without any.
 */
const REQUESTS_A_CONNECTION = 1_000;
/** Callers keep a connection for less than they are told, and so do not write to one that is being closed. */
const KEEP_ALIVE = { 'keep-alive': `timeout=${KEEP_ALIVE_SECONDS}, max=${REQUESTS_A_CONNECTION}` };
/** How often a request that takes too long to come in is looked for. */
const CONNECTIONS_CHECK_MS = 1_000;

/**
 * What every response carries. Profiles are personal, and never for a shared cache; nothing here is to be framed, embedded
 * or run by a page, and those that are pages say what they run.
 */
const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const COMMON_HEADER_LINES = Object.entries(COMMON_HEADERS).flat();

export interface HttpServer {
  /** @returns the address that is listened on. @throws when it cannot be had, EADDRINUSE for one. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Serves a connection that did not come by the address. */
  accept(connection: Socket): void;
  /** Takes another time instead of `requestTimeoutMs`. */
  setRequestTimeout(timeoutMs: number): void;
  /** Connections that there are now end with their next answer. */
  renewConnections(): void;
  /** From now on, connections end with their next answer, so that their callers open others elsewhere. */
  endConnections(): void;
  /** Takes no new connection, lets requests in flight finish for at most `graceMs`, then cuts what is left. */
  drain(graceMs: number): Promise<void>;
}

export interface HttpServerOptions {
  /** What is served now; asked at every request. */
  readonly site: () => Site;
  readonly admission: Admission;
  readonly logger: Logger;
  /** Longest time that a request may take to come in, headers and body, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Told of what came and could not be read as a request, which Node refuses by itself. */
  readonly onUnreadable: (reason: UnreadableReason) => void;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { site: siteNow, admission, logger, onUnreadable } = options;
  const connections = new Connections(KEEP_ALIVE_SECONDS * 1_000);

  const server = createServer(
    // Connections close themselves where they are idle.
    { keepAliveTimeout: 0, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
    serve,
  );
  server.maxRequestsPerSocket = REQUESTS_A_CONNECTION;
  server.on('connection', (connection) => {
    connections.opened(connection);
    admission.opened();
    watchUnreadable(connection, onUnreadable);
    connection.once('close', () => {
      admission.closed(connection);
      connections.closed(connection);
    });
  });
  setRequestTimeout(options.requestTimeoutMs);

  function serve(message: IncomingMessage, reply: ServerResponse): void {
    const startedAt = performance.now();
    const site = siteNow();
    const caller = new Caller(message.socket);
    const held = new Place();
    const request = toRequest(message, caller, admission, held);
    const place = site.placeAt(request.path);
    const route = place?.route;
    // Pages and probes are no load, and answer all the while.
    const isLoad = route?.isApi === true;
    if (place !== undefined && isLoad && !admission.admits()) {
      reply.once('finish', () => admission.slowDown(message.socket));
      write(reply, site, request, route, place.whenOverloaded, {});
      return;
    }
    site.begin();
    connections.serves(message);
    if (isLoad) {
      admission.begin(held);
    }
    answer(site, route, request, caller).then((response) => {
      caller.leave();
      const told = caller.hasHungUp ? errorResponse(clientClosedRequest()) : response;
      const headers = site.onResponse({ request, route, response: told, startedAt });
      if (told === response) {
        write(reply, site, request, route, response, headers);
      }
      site.end();
      connections.answered(message);
      if (isLoad) {
        admission.end(held);
        admission.answered(message.socket);
      }
    });
  }

  function write(
    reply: ServerResponse,
    { crossOrigin }: Site,
    request: HttpRequest,
    route: Route | undefined,
    response: HttpResponse,
    headers: Readonly<Record<string, string>>,
  ): void {
    send(reply, response, [
      route?.isApi ? crossOrigin.headers(request) : {},
      headers,
      keepingAlive(reply),
      { 'x-request-id': request.requestId },
    ]);
  }

  function keepingAlive({ req, shouldKeepAlive }: ServerResponse): Readonly<Record<string, string>> {
    if (connections.endsNow(req.socket)) {
      return { connection: 'close' };
    }
    return shouldKeepAlive ? KEEP_ALIVE : {};
  }

  async function answer(
    { crossOrigin }: Site,
    route: Route | undefined,
    request: HttpRequest,
    caller: Caller,
  ): Promise<HttpResponse> {
    if (route === undefined) {
      return errorResponse(notFound(request.path));
    }
    try {
      const preflight = route.isApi ? crossOrigin.preflight(request, route) : undefined;
      if (preflight !== undefined) {
        return preflight;
      }
      if (!isAllowed(route, request.method)) {
        throw methodNotAllowed(route.methods);
      }
      if (request.isAmbiguous) {
        throw badRequest('The request has more than one Authorization header');
      }
      if (route.isApi) {
        crossOrigin.admit(request);
      }
      const timeoutMs = callerTimeout(request.headers);
      return timeoutMs === undefined
        ? await route.handle(request)
        : await caller.within(timeoutMs, () => route.handle(request));
    } catch (error) {
      if (error instanceof GatewayError) {
        return route.refuse(error, request);
      }
      logger.error(
        { requestId: request.requestId, path: route.path, ...describeError(error) },
        'request failed',
      );
      return route.refuse(internalError(), request);
    }
  }

  function setRequestTimeout(timeoutMs: number): void {
    server.requestTimeout = timeoutMs;
    server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, timeoutMs);
  }

  return {
    listen: (host, port) => listen(server, host, port),
    accept: (connection) => void server.emit('connection', connection),
    setRequestTimeout,
    renewConnections: () => connections.renew(),
    endConnections: () => connections.end(),
    async drain(graceMs) {
      connections.end();
      // What waits in its socket was sent before the end. It is read in the next turn of the event loop.
      admission.readAll();
      await setImmediate();
      await setImmediate();
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}

function isAllowed(route: Route, method: string): boolean {
  return route.methods.includes(method === 'HEAD' ? 'GET' : method);
}

function toRequest(
  message: IncomingMessage,
  caller: Caller,
  admission: Admission,
  place: Place,
): HttpRequest {
  const { url = '' } = message;
  const query = url.indexOf('?');
  return {
    method: message.method ?? '',
    path: query === -1 ? url : url.slice(0, query),
    search: query === -1 ? '' : url.slice(query),
    headers: message.headers,
    requestId: requestIdOf(message.headers['x-request-id']),
    isAmbiguous: hasTwo('authorization', message),
    cancellation: caller,
    countLookups: (lookups) => admission.countLookups(place, lookups),
    note: undefined,
    async jsonText() {
      admission.awaitBody(place);
      try {
        const text = await readJsonText(message);
        if (caller.reason !== undefined) {
          throw caller.reason;
        }
        return text;
      } finally {
        admission.bodyCame(place);
      }
    },
  };
}

/** Whether a header that may come once came several times: node:http takes the first, a proxy may have taken another. */
function hasTwo(name: string, { rawHeaders }: IncomingMessage): boolean {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at];
    if (raw?.length === name.length && raw.toLowerCase() === name) {
      found += 1;
    }
  }
  return found > 1;
}

/** @param headers besides those of the response; of two with one name the later counts */
function send(
  reply: ServerResponse,
  { status, headers: own, body }: HttpResponse,
  headers: readonly Readonly<Record<string, string>>[],
): void {
  const lines = [...COMMON_HEADER_LINES];
  setHeaders(lines, own);
  for (const more of headers) {
    setHeaders(lines, more);
  }
  if (status !== 204) {
    lines.push('content-length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length));
  }
  reply.writeHead(status, lines);
  reply.end(body);
}

/** A page's own policy takes the place of the common one. */
function setHeaders(lines: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) {
    let at = 0;
    while (at < lines.length && lines[at] !== name) {
      at += 2;
    }
    lines[at] = name;
    lines[at + 1] = headers[name] ?? '';
  }
}
