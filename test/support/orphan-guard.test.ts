import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const GUARD = fileURLToPath(new URL('./orphan-guard.ts', import.meta.url));
/**
 * Starts a process that would run on for half a minute and shares the parent's standard output: that ends when both
 * have. (A process id says less: where nobody reaps orphans, an ended one keeps its id.)
 */
const PARENT = `
import { spawn } from 'node:child_process';
import { endWithThisProcess } from './orphan-guard.mjs';
const child = spawn(process.execPath, ['-e', 'console.log("started"); setTimeout(() => {}, 30_000)'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
endWithThisProcess(child);
process.stdin.once('data', () => process.exit(3));
`;
const TIMEOUT_MS = 5_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-orphans-'));
  const { code } = await transformWithOxc(await readFile(GUARD, 'utf8'), GUARD);
  await writeFile(join(folder, 'orphan-guard.mjs'), code);
  await writeFile(join(folder, 'parent.mjs'), PARENT);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a guarded child process', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends with its parent on %s',
    async (signal) => {
      const parent = await startParent();
      parent.kill(signal);
      expect(await once(parent, 'close')).toEqual([null, signal]);
    },
    TIMEOUT_MS,
  );

  it(
    'ends with its parent when that exits',
    async () => {
      const parent = await startParent();
      parent.stdin?.write('exit\n');
      expect(await once(parent, 'close')).toEqual([3, null]);
    },
    TIMEOUT_MS,
  );
});

async function startParent(): Promise<ChildProcess> {
  const parent = spawn(process.execPath, [join(folder, 'parent.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  expect(String((await once(parent.stdout, 'data'))[0])).toBe('started\n');
  return parent;
}
