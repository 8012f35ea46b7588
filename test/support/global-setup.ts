/** Before any test: what the tests run is on this machine, and `dist/` is built from the sources as they are. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.js';
import { findRedisBinary } from './redis-binary.js';

export function setup(): void {
  ensureInstalled();
  run('npm', ['run', '--silent', 'build']);
}

/** What the tests run beside Node: Debian's package, and whether it is there. */
const NEEDED = [
  { package: 'redis-server', isThere: () => findRedisBinary() !== undefined },
  { package: 'chromium', isThere: () => findChromium() !== undefined },
  { package: 'openssl', isThere: () => spawnSync('openssl', ['version']).status === 0 },
  { package: 'kubernetes-client', isThere: () => spawnSync('kubectl', ['version', '--client']).status === 0 },
  { package: 'prometheus', isThere: () => spawnSync('promtool', ['--version']).status === 0 },
  { package: 'systemd', isThere: () => spawnSync('systemd-analyze', ['--version']).status === 0 },
];

/** @throws an error that says the line to type, where it cannot install what is missing itself. */
function ensureInstalled(): void {
  const missing = NEEDED.filter(({ isThere }) => !isThere()).map((needed) => needed.package);
  if (missing.length === 0) {
    return;
  }
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(
      `The tests run against the real thing, and this machine lacks: ${missing.join(', ')}.\n` +
        `Install it, for example:  sudo apt-get install ${missing.join(' ')}\n` +
        '(valkey-server does as well as redis-server, and CHROMIUM=/path/to/it names another Chromium.)',
    );
  }
  run('apt-get', ['update']);
  run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing]);
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
