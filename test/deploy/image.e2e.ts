/** The Dockerfile's steps, replayed; and what they make, run as another user on files that nobody can write to. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { endWithThisProcess } from '../support/orphan-guard.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { DOCKERFILE, execForm, lastOf, stagesOf } from './dockerfile.js';
import { replay } from './image-replay.js';

const run = promisify(execFile);
const BUILD_MS = 120_000;
/** What a container is given to stop in, by default. */
const DOCKER_STOP_MS = 10_000;

const stages = stagesOf(DOCKERFILE);
const final = stages.at(-1) ?? [];
const [uid = 0, gid = 0] = lastOf(final, 'USER').split(':').map(Number);
/** Only root can be somebody else. */
const user = process.getuid?.() === 0 ? { uid, gid } : {};

let folder: string;
let image: string;
let redis: RedisServer;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-image-'));
  [image, redis, port] = await Promise.all([replay(stages, folder), startRedis(), freePort()]);
  await writeFile(
    join(folder, 'gateway.yaml'),
    `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, config: { address: "${redis.address}" } }
server: { host: 127.0.0.1, port: ${port} }
`,
  );
}, BUILD_MS);
afterAll(async () => {
  await redis?.close();
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
});

/** The words of an instruction, with this machine's Node, and with the files and the port of this test. */
function here(words: readonly string[]): string[] {
  return words.map((word) =>
    word
      .replace(/^node$/, process.execPath)
      .replace(/^\/app\//, `${image}/app/`)
      .replace('/etc/activation-gateway/', `${folder}/`)
      .replace('127.0.0.1:4000', `127.0.0.1:${port}`),
  );
}

function startContainer(): ChildProcess {
  const [command = '', ...args] = here([
    ...execForm(lastOf(final, 'ENTRYPOINT')),
    ...execForm(lastOf(final, 'CMD')),
  ]);
  const child = spawn(command, args, {
    cwd: join(image, lastOf(final, 'WORKDIR')),
    env: { NODE_ENV: 'production' },
    stdio: 'ignore',
    ...user,
  });
  endWithThisProcess(child);
  return child;
}

function health(): Promise<unknown> {
  const [, form = ''] = /CMD (\[.+\])$/.exec(lastOf(final, 'HEALTHCHECK')) ?? [];
  const [command = '', ...args] = here(execForm(form));
  return run(command, args, { env: {}, ...user });
}

describe('what the Dockerfile makes', () => {
  it('holds what is run, and nothing of what built it', async () => {
    expect(existsSync(join(image, 'app/node_modules/ioredis'))).toBe(true);
    expect(existsSync(join(image, 'app/schema/schema.graphql'))).toBe(true);
    for (const name of ['node_modules/typescript', 'node_modules/vitest', 'src', 'tsconfig.json', '.npmrc']) {
      expect(existsSync(join(image, 'app', name)), name).toBe(false);
    }
  });

  it('serves as the user of the image, is healthy, and ends on SIGTERM', async () => {
    await expect(health()).rejects.toMatchObject({ code: 1 });
    const container = startContainer();
    try {
      await until('it is healthy', health);
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready' }]);
      const started = performance.now();
      container.kill('SIGTERM');
      expect(await once(container, 'exit')).toEqual([0, null]);
      expect(performance.now() - started).toBeLessThan(DOCKER_STOP_MS);
    } finally {
      container.kill('SIGKILL');
    }
  });

  it('has no file that its user could write to', async () => {
    const [command = '', ...args] = ['find', image, '-not', '-type', 'l', '-writable'];
    expect((await run(command, args, user)).stdout).toBe('');
    await expect(access(image, constants.R_OK)).resolves.toBeUndefined();
  });
});
