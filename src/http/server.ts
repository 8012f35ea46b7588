/** The HTTP edge: sockets, limits, exact routes and the way out. Knows neither GraphQL nor profiles. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError, internalError, methodNotAllowed, notFound } from '../errors.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import { errorResponse, type HttpRequest, type HttpResponse, type Route } from './exchange.js';
import { readJsonText } from './request-body.js';
import { requestIdOf } from './request-id.js';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s that load balancers commonly keep idle connections, so that they close them, not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often a socket past its time-out is looked for. */
const CONNECTIONS_CHECK_MS = 1_000;

/** What every response carries: profiles are personal, and never for a shared cache. */
const COMMON_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export interface HttpServer {
  /** @returns the address that is listened on. @throws when it cannot be had, EADDRINUSE for one. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Takes no new connection, lets requests in flight finish for at most `graceMs`, then cuts what is left. */
  drain(graceMs: number): Promise<void>;
}

export function createHttpServer(routes: readonly Route[], logger: Logger): HttpServer {
  const routeAt = new Map(routes.map((route) => [route.path, route]));
  let draining = false;

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    },
    (message, reply) => {
      const request = toRequest(message);
      answer(routeAt.get(request.path), request, logger).then((response) => {
        send(reply, response, request.requestId, draining);
      });
    },
  );

  return {
    listen(host, port) {
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          if (typeof address === 'object' && address !== null) {
            resolve(address);
          }
        });
      });
    },
    drain(graceMs) {
      draining = true;
      return new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}

async function answer(route: Route | undefined, request: HttpRequest, logger: Logger): Promise<HttpResponse> {
  if (route === undefined) {
    return errorResponse(notFound(request.path));
  }
  try {
    if (!isAllowed(route, request.method)) {
      throw methodNotAllowed(route.methods);
    }
    return await route.handle(request);
  } catch (error) {
    if (error instanceof GatewayError) {
      return route.refuse(error);
    }
    logger.error(
      { requestId: request.requestId, path: route.path, ...describeError(error) },
      'request failed',
    );
    return route.refuse(internalError());
  }
}

function isAllowed(route: Route, method: string): boolean {
  return route.methods.includes(method === 'HEAD' ? 'GET' : method);
}

function toRequest(message: IncomingMessage): HttpRequest {
  const [path = '', ...search] = (message.url ?? '').split('?');
  return {
    method: message.method ?? '',
    path,
    search: search.length === 0 ? '' : `?${search.join('?')}`,
    headers: message.headers,
    requestId: requestIdOf(message.headers['x-request-id']),
    jsonText: () => readJsonText(message),
  };
}

function send(reply: ServerResponse, response: HttpResponse, requestId: string, closing: boolean): void {
  reply.writeHead(response.status, {
    ...COMMON_HEADERS,
    ...response.headers,
    'content-length': Buffer.byteLength(response.body),
    'x-request-id': requestId,
    ...(closing ? { connection: 'close' } : {}),
  });
  reply.end(response.body);
}
