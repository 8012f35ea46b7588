/** A web site of an origin of its own: another port makes one. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param page served at every path but those of the scripts */
export async function startSite(page: string, scripts: Readonly<Record<string, string>> = {}): Promise<Site> {
  const server = createServer(({ url = '' }, response) => {
    const script = scripts[url];
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
