import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileWatch, watchFiles } from '../../src/config/watch-files.js';

const WITHIN = { timeout: 1_000, interval: 10 };
/** Longer than two looks take. */
const QUIET_MS = 350;

let folder: string;
let file: string;
let changes = 0;
let watch: FileWatch;

async function follow(...paths: string[]): Promise<void> {
  watch = await watchFiles(
    () => paths,
    async () => {
      changes += 1;
    },
  );
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-watch-'));
  file = join(folder, 'gateway.yaml');
  changes = 0;
  await writeFile(file, 'one');
});
afterEach(async () => {
  watch.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a watched file', () => {
  it('that does not change is never told of', async () => {
    await follow(file);
    await sleep(QUIET_MS);
    expect(changes).toBe(0);
  });

  it('is told of when it is written in place', async () => {
    await follow(file);
    await writeFile(file, 'two');
    await expect.poll(() => changes, WITHIN).toBe(1);
    await sleep(QUIET_MS);
    expect(changes).toBe(1);
  });

  it('is told of once, when the writing is over, while somebody writes it piece by piece', async () => {
    await follow(file);
    for (let piece = 0; piece < 12; piece += 1) {
      await appendFile(file, 'more');
      await sleep(50);
      expect(changes).toBe(0);
    }
    await expect.poll(() => changes, WITHIN).toBe(1);
  });

  it('is told of when an editor puts another in its place', async () => {
    await follow(file);
    await writeFile(`${file}.new`, 'one');
    await rename(`${file}.new`, file);
    await expect.poll(() => changes, WITHIN).toBe(1);
  });

  it('is told of when it goes, and when it comes again', async () => {
    await follow(file);
    await rm(file);
    await expect.poll(() => changes, WITHIN).toBe(1);
    await writeFile(file, 'one');
    await expect.poll(() => changes, WITHIN).toBe(2);
  });

  it('is told of when the link of a folder above it is swapped, as Kubernetes does', async () => {
    for (const version of ['v1', 'v2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'mounted.yaml'), 'same text');
    }
    await symlink('v1', join(folder, '..data'));
    await symlink('..data/mounted.yaml', join(folder, 'mounted.yaml'));
    await follow(join(folder, 'mounted.yaml'));
    await symlink('v2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect.poll(() => changes, WITHIN).toBe(1);
  });
});

describe('a watched folder', () => {
  it('is told of when a file in it is written, added or removed', async () => {
    await follow(folder);
    await writeFile(file, 'two');
    await expect.poll(() => changes, WITHIN).toBe(1);
    await writeFile(join(folder, 'b.graphql'), '{ a }');
    await expect.poll(() => changes, WITHIN).toBe(2);
    await rm(join(folder, 'b.graphql'));
    await expect.poll(() => changes, WITHIN).toBe(3);
  });
});

it('calls no second time while the first call is being answered', async () => {
  let running = 0;
  let most = 0;
  let calls = 0;
  watch = await watchFiles(
    () => [file],
    async () => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      await sleep(400);
      running -= 1;
    },
  );
  await writeFile(file, 'two');
  await expect.poll(() => calls, WITHIN).toBe(1);
  await writeFile(file, 'three!');
  await expect.poll(() => calls, { timeout: 2_000 }).toBe(2);
  expect(most).toBe(1);
});
