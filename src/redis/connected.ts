import type { Cluster, Redis } from 'ioredis';

/** Resolves when commands can be sent; rejects when the first attempt to connect ends. */
export function connected(connection: Redis | Cluster): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('ready', () => resolve());
    connection.once('close', () => reject(new Error('CLOSED')));
    connection.connect().catch(reject);
  });
}
