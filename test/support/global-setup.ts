/** Before any test: a Redis server is on this machine, and `dist/` is built from the sources as they are. */

import { spawnSync } from 'node:child_process';
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

/** Keeps the output to itself. @throws an error that holds it, where the command fails. */
function run(command: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) {
    const reason = error?.message ?? `${stdout}${stderr}`;
    throw new Error(`${[command, ...args].join(' ')} failed:\n${reason}`);
  }
}
