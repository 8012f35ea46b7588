/**
 * `npm run sbom`: what the package brings with it, as CycloneDX, on standard output. It is npm's own list, made of a lock file without what
 * only builds and tests: npm's `--omit dev` also leaves out what is needed for both.
 */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies: _, ...shipped } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-sbom-'));
// npm calls the component by its folder.
const project = join(folder, shipped.name);
try {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify(shipped));
  copyFileSync(join(root, 'package-lock.json'), join(project, 'package-lock.json'));
  npm('install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev');
  process.stdout.write(npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npm(...args) {
  return execFileSync('npm', args, { cwd: project, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
}
