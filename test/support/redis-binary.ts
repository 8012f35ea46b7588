import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['redis-server', 'valkey-server'];

/** The full path of the first Redis server on the PATH, if there is one. */
export function findRedisBinary(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here: look on.
      }
    }
  }
  return undefined;
}

/** @throws when there is none; the global setup has seen to it that there is. */
export function redisBinary(): string {
  const file = findRedisBinary();
  if (file === undefined) {
    throw new Error('No redis-server and no valkey-server on the PATH');
  }
  return file;
}
