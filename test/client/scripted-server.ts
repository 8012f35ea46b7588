/** A server that answers as a test says: what no gateway does, and what stands in front of one might. */

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly body: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
  readonly headers: IncomingHttpHeaders;
  /** As performance.now() has it. */
  readonly at: number;
}

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export type Script = (received: Received, response: ServerResponse, place: number) => void;

/** @param script is called with each request and its place, from 0 */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const one = { body: JSON.parse(text), headers: request.headers, at: performance.now() };
      received.push(one);
      script(one, response, received.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'r-1', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The ids that the fields of a request ask for, in their order. */
export function idsOf({ body }: Received): { type: string; value: string }[][] {
  return Object.entries(body.variables)
    .filter(([name]) => /^i\d+$/.test(name))
    .map(([, ids]) => ids as { type: string; value: string }[]);
}

/** Answers as a gateway does, every profile with its id value as a trait. */
export const answered: Script = (received, response) => {
  const data = idsOf(received).map((ids, at) => [
    `f${at}`,
    ids.map(({ value }) => ({ exists: true, traits: { m: { ID: value } } })),
  ]);
  send(response, 200, { data: Object.fromEntries(data) });
};
