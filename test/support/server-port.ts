/**
 * Ports for servers that tests stop and start again, or that need a second port at a fixed distance. They lie below the
 * range from which a system takes the ports of outgoing connections, so none of those can take one meanwhile.
 */

import { createServer } from 'node:net';

const FIRST_PORT = 10_000;
const PORT_COUNT = 10_000;
const ATTEMPTS = 10;

/**
 * Starts a server on a port that was free a moment ago, on another one where it was taken since.
 * @param alsoFree distance to a second port that must be free too; a cluster's bus listens 10,000 above, for one.
 * @throws the last error of `start`, when it failed each time.
 */
export async function onServerPort<T>(start: (port: number) => Promise<T>, alsoFree = 0): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    try {
      await assertFree(port);
      await assertFree(port + alsoFree);
      return await start(port);
    } catch (error) {
      if (attempt === ATTEMPTS) {
        throw error;
      }
    }
  }
}

function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
