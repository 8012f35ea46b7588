/** What comes with the package: whose licences, and what list of it. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const packageJson = z.object({
  dependencies: z.record(z.string(), z.string()),
});
const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.looseObject({ name: z.string(), version: z.string(), purl: z.string() })),
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-licenses-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Planted {
  readonly license?: string;
  readonly dev?: boolean;
}

/** Packages as npm would have installed them. */
async function plant(packages: Readonly<Record<string, Planted>>): Promise<void> {
  const write = async (file: string, content: unknown) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), JSON.stringify(content));
  };
  const locked = Object.entries(packages).map(([name, { dev = false }]) => [
    `node_modules/${name}`,
    { version: '1.0.0', ...(dev ? { dev } : {}) },
  ]);
  await write('package-lock.json', { packages: { '': {}, ...Object.fromEntries(locked) } });
  for (const [name, { license }] of Object.entries(packages)) {
    await write(`node_modules/${name}/package.json`, { name, version: '1.0.0', license });
  }
}

async function judge(): Promise<{ code: number; output: string }> {
  const script = join(ROOT, 'scripts/licenses.mjs');
  return run(process.execPath, [script, '--folder', folder]).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }) => ({ code, output: stderr }),
  );
}

describe('the licence check', () => {
  it('takes permissive licences, and a choice that has one', async () => {
    await plant({ a: { license: 'MIT' }, b: { license: '(GPL-3.0-only OR Apache-2.0)' } });
    expect(await judge()).toEqual({
      code: 0,
      output: 'The licences of 2 packages allow what they are used for.\n',
    });
  });

  it.each<[string, Planted]>([
    ['a licence that asks for more', { license: 'AGPL-3.0-only' }],
    ['two licences that both hold', { license: 'MIT AND GPL-2.0-only' }],
    ['a licence that is for building alone', { license: 'MPL-2.0' }],
    ['words that somebody has to read', { license: 'SEE LICENSE IN LICENSE.txt' }],
    ['none', {}],
  ])('refuses %s', async (_, planted) => {
    await plant({ good: { license: 'ISC' }, planted });
    const { code, output } = await judge();
    expect(code).toBe(1);
    expect(output).toContain(
      `node_modules/planted 1.0.0: ${planted.license ?? 'no licence'} (needed to run)`,
    );
    expect(output).not.toContain('node_modules/good');
  });

  it('takes more for what only builds and tests', async () => {
    await plant({ a: { license: 'MPL-2.0', dev: true } });
    expect((await judge()).code).toBe(0);
    await plant({ a: { license: 'GPL-3.0-only', dev: true } });
    expect((await judge()).code).toBe(1);
  });
});

describe('the SBOM', () => {
  it('lists what runs, with versions, and not what builds', async () => {
    const { dependencies } = packageJson.parse(
      JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')),
    );
    const { stdout } = await run('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      maxBuffer: 16 * 1024 * 1024,
    });
    const { components } = bom.parse(JSON.parse(stdout));
    const listed = components.map(({ name, version }) => `${name} ${version}`);
    const needed = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
    expect(listed).toEqual(expect.arrayContaining(needed));
    // Others, ajv for one, are needed for both.
    for (const name of ['typescript', 'vitest', '@biomejs/biome', 'publint']) {
      expect(components.map((each) => each.name)).not.toContain(name);
    }
  });
});
