import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Connections that may wait to be accepted; the system may allow fewer. One that finds no place tries again a second later. */
const BACKLOG = 4_096;

/** @returns the address that is listened on. @throws when it cannot be had, EADDRINUSE for one. */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      if (typeof address === 'object' && address !== null) {
        resolve(address);
      }
    });
  });
}
