/**
 * `GET /metrics` on a port of its own, so that whoever scrapes needs no access token, and whoever reads profiles cannot scrape.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, type Logger } from '../telemetry/logger.js';
import { METRICS_TYPE } from '../telemetry/metrics/content-type.js';
import { listen } from './listen.js';

const PATH = '/metrics';
/** A scrape has no body and few headers. */
const REQUEST_TIMEOUT_MS = 5_000;

export interface MetricsServer {
  /** @returns the address that is listened on. @throws when it cannot be had, EADDRINUSE for one. */
  listen(host: string, port: number): Promise<AddressInfo>;
  close(): Promise<void>;
}

/** @param read gives the text of a scrape */
export function createMetricsServer(read: () => Promise<string>, logger: Logger): MetricsServer {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    async ({ url = '', method }, reply) => {
      if (url.split('?')[0] !== PATH) {
        reply.writeHead(404, { 'content-type': 'text/plain' }).end(`Metrics are at ${PATH}\n`);
        return;
      }
      if (method !== 'GET' && method !== 'HEAD') {
        reply.writeHead(405, { allow: 'GET' }).end();
        return;
      }
      try {
        const text = await read();
        reply.writeHead(200, { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' }).end(text);
      } catch (error) {
        logger.error(describeError(error), 'a scrape failed');
        reply.writeHead(500).end();
      }
    },
  );
  return {
    listen: (host, port) => listen(server, host, port),
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
