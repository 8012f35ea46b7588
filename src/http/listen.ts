import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @returns the address that is listened on. @throws when it cannot be had, EADDRINUSE for one. */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
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
}
