/**
 * `npm run smoke`: packs what is tracked in this repository, installs the package in an empty folder with plain npm, and tries
 * there what a user does first. Under half a minute; needs git, curl and the package registry.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  answersTheDemo,
  hasTypes,
  isDescribed,
  isImported,
  saysItsVersion,
} from './smoke/installed-package.mjs';
import { holdsWhatItShould, pack } from './smoke/packed-package.mjs';
import { run } from './smoke/run.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-smoke-'));
const empty = join(folder, 'empty');

try {
  const tarball = await step('npm pack', () => pack(repository, folder));
  await step('holds what it should, and nothing else', () => holdsWhatItShould(tarball));
  await step('npm install in an empty folder', () =>
    // Said, because npm would else take a folder above where somebody has left a package.json.
    run('npm', ['install', '--prefix', empty, tarball.file], empty),
  );
  await step('publint', () => isDescribed(empty));
  await step('npx activation-gateway --version', () => saysItsVersion(empty, tarball.version));
  await step('npx activation-gateway demo', () => answersTheDemo(empty));
  await step("import … from 'activation-gateway'", () => isImported(empty));
  await step('types', () => hasTypes(empty, repository));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function step(name, act) {
  const start = performance.now();
  const result = await act();
  process.stdout.write(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}
