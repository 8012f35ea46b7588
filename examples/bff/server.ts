/** The backend of one page: knows who is signed in, asks the gateway, and gives the page what it shows. */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { GatewaySettings } from './gateway.js';
import { createSessions, type Sessions } from './sessions.js';
import { readVisitor } from './visitor.js';

export interface BffSettings {
  readonly gateway: GatewaySettings;
  readonly destinationId: string;
  /** Told the code of every failure: for a log. */
  readonly onFailure: (code: string) => void;
}

/** The same for everyone. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};
/** Seen from dist/. */
const PAGE_FOLDER = new URL('../page/', import.meta.url);

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

export function createBff(settings: BffSettings): Server {
  const sessions = createSessions();
  return createServer((request, response) => {
    handle(settings, sessions, request, response).catch(() => {
      send(response, 500, 'text/plain', 'Something went wrong');
    });
  });
}

async function handle(
  { gateway, destinationId, onFailure }: BffSettings,
  sessions: Sessions,
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://bff');
  const file = FILES[pathname];
  if (method === 'POST' && pathname === '/sign-in') {
    response.setHeader('set-cookie', sessions.begin(searchParams.get('user') ?? ''));
    response.writeHead(303, { ...HEADERS, location: '/' }).end();
  } else if (method === 'GET' && pathname === '/api/visitor') {
    const visitor = await readVisitor(gateway, destinationId, sessions.userIdOf(headers.cookie), onFailure);
    send(response, 200, 'application/json', JSON.stringify(visitor));
  } else if (method === 'GET' && file !== undefined) {
    send(response, 200, file[1], readFileSync(new URL(file[0], PAGE_FOLDER)));
  } else {
    send(response, 404, 'text/plain', 'Not found');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);
}
