/** The package as it would be published. */

import assert from 'node:assert/strict';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

const MAX_PACKED_BYTES = 1_000_000;
const MAX_UNPACKED_BYTES = 4_000_000;
/** Everything else stays in the repository: sources, tests, the bench, what builds them. */
const PUBLISHED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|(dist|schema|docs|deploy|examples\/storefront)\/[\w./-]+)$/;
const NEVER =
  /(^|\/)(\.env|\.npmrc|node_modules|[^/]*\.(test|e2e|fault|tsbuildinfo)\.[^/]+|[^/]*\.(log|pem|key))$/;

/**
 * Builds and packs a copy of the tracked files, so that what lies about in the work tree is not in it.
 * @returns the tarball's file, what npm says of it, and what is tracked
 */
export async function pack(repository, folder) {
  const source = join(folder, 'source');
  const tracked = (await run('git', ['ls-files', '-z', '--cached'], repository)).split('\0').filter(Boolean);
  for (const path of tracked) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await cp(join(repository, path), join(source, path));
  }
  await symlink(join(repository, 'node_modules'), join(source, 'node_modules'));
  await run('npm', ['run', '--silent', 'build'], source);
  const [packed] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', folder], source));
  return { ...packed, file: join(folder, packed.filename), tracked };
}

export function holdsWhatItShould({ files, size, unpackedSize, tracked }) {
  const paths = files.map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => !PUBLISHED.test(path) || NEVER.test(path)),
    [],
    'nobody needs these in the package',
  );
  const built = tracked
    .map((path) => /^src\/(.+)\.ts$/.exec(path)?.[1])
    .filter((path) => path !== undefined)
    .flatMap((path) => [`dist/${path}.js`, `dist/${path}.d.ts`]);
  const needed = [...built, 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'schema/schema.graphql'];
  assert.deepEqual(
    needed.filter((path) => !paths.includes(path)),
    [],
    'these are missing',
  );
  assert.ok(size < MAX_PACKED_BYTES, `${size} bytes packed`);
  assert.ok(unpackedSize < MAX_UNPACKED_BYTES, `${unpackedSize} bytes unpacked`);
  process.stdout.write(`  ${paths.length} files, ${size} bytes packed, ${unpackedSize} unpacked\n`);
}
