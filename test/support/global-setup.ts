/** Before any test: a Redis server is on this machine, and `dist/` is built from the sources as they are. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findRedisBinary } from './redis-binary.js';

export function setup(): void {
  ensureRedis();
  run('npm', ['run', '--silent', 'build']);
}

/** @throws an error that says the line to type, where it cannot install the server itself. */
function ensureRedis(): void {
  if (findRedisBinary() !== undefined) {
    return;
  }
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(
      'The tests run against real Redis servers, and neither redis-server nor valkey-server is on the PATH.\n' +
        'Install one, for example:  sudo apt-get install redis-server   or   brew install redis',
    );
  }
  run('apt-get', ['update']);
  run('apt-get', ['install', '--yes', '--no-install-recommends', 'redis-server']);
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
