/** The tables of docs/configuration.md are what the schema says, and the check that holds it can fail. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationReference } from '../../src/config/reference.js';
import { SECTION_KEYS } from '../../src/config/schema.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/reference.mjs', import.meta.url));
const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-reference-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the reference of the configuration', () => {
  it('finds every key of every section', () => {
    const keys = Object.fromEntries(
      [...configurationReference()].map(([path, variants]) => [
        path,
        [...new Set(variants.flat().map(({ key }) => key))].toSorted(),
      ]),
    );
    for (const [path, known] of Object.entries(SECTION_KEYS)) {
      expect(keys[path], path).toEqual(known.toSorted());
    }
  });

  it('is what the page has', async () => {
    expect(await check(page)).toBe('');
  });

  it.concurrent.each([
    ['a default that has drifted', /`250`/, '`300`', '`250` | longest time'],
    ['a bound that has drifted', /1 to 60000/, '1 to 70000', '1 to 60000'],
    ['a limit that has drifted', /1 to 100, 20 /, '1 to 100, 30 ', '1 to 100, 20 '],
    ['a choice that is missing', /`primary`, `replica` or/, '`primary` or', '`primary`, `replica` or'],
    ['a default of one variant that is missing', /`user` for `event-stream`; /, '', '`user`'],
    ['a key that is missing', /^\| `timeoutMs`.*\n/m, '', 'destinations[].timeoutMs'],
    ['a key that is not known', /^\| `timeoutMs`/m, '| `timeout`', 'the page has  | `timeout`'],
    ['a section that is missing', /^## `audit`$/m, '## Audit', '## `audit`'],
    ['a section that is not known', /^## YAML$/m, '## `yaml`', '## `yaml`'],
    ['a key without a meaning', /\| the Redis ACL user[^|]*\|/, '| |', 'config.username'],
    ['an example that is refused', /\| `8080` \|/, '| `80800` |', 'server.port'],
  ])('is checked against %s', async (_, there, planted, told) => {
    expect(page).toMatch(there);
    expect(await check(page.replace(there, planted))).toContain(told);
  });

  it('is written from the schema', async () => {
    const file = join(folder, 'written.md');
    await writeFile(file, page.replace('`250`', '`300`').replace('1 to 60000', '1 to 70000'));
    await run(file);
    expect(await readFile(file, 'utf8')).toBe(page);
  });
});

let pages = 0;

/** @returns what is told of the text; nothing where it is as it should be */
async function check(text: string): Promise<string> {
  pages += 1;
  const file = join(folder, `${pages}.md`);
  await writeFile(file, text);
  return run('--check', file);
}

function run(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [SCRIPT, ...args], (error, stdout, stderr) => {
      const failed = error !== null;
      failed === stderr.length > 0 ? resolve(stdout + stderr) : reject(error ?? new Error(stderr));
    });
  });
}
