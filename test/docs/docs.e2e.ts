/** The README and the guides, as a reader uses them: what is shown works, and links lead somewhere. `npm run docs:check`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_STATUS } from '../../src/errors.js';
import { type CheckedBlock, checkBlocks } from './check-blocks.js';
import { findBrokenLinks, findGuidesNotInIndex, findOrphans } from './links.js';
import { type Page, parsePage, readPage } from './page.js';
import { PLANTED_BLOCKS, PLANTED_LINKS, PLANTED_PAGES, SOUND } from './planted.js';
import { ROOT, startWorld, type World } from './world.js';

/** Seconds on an idle machine; many processes start one after the other. */
const TIMEOUT_MS = 180_000;

const pages: readonly Page[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...['docs', 'examples', 'deploy'].filter((folder) => existsSync(join(ROOT, folder))).flatMap(pagesIn),
].map((path) => readPage(ROOT, path));

const planted = PLANTED_BLOCKS.map(({ name, text }) => parsePage(`docs/planted: ${name}`, text));
const sound = parsePage('docs/sound.md', SOUND);

let world: World;
let checked: readonly CheckedBlock[] = [];
let checkedPlanted: readonly CheckedBlock[] = [];

beforeAll(async () => {
  world = await startWorld();
  const all = await checkBlocks([...pages, ...planted, sound], world);
  const paths = new Set(pages.map(({ path }) => path));
  checked = all.filter(({ block }) => paths.has(block.page));
  checkedPlanted = all.filter(({ block }) => !paths.has(block.page));
}, TIMEOUT_MS);
afterAll(async () => {
  report();
  await world?.close();
});

describe.each(pages.filter(({ blocks }) => blocks.length > 0).map(({ path }) => path))('%s', (path) => {
  it('shows what works', () => {
    const faults = checked
      .filter(({ block, fault }) => block.page === path && fault !== undefined)
      .map(({ block, fault }) => `${path}:${block.line}: ${fault}`);
    expect(faults).toEqual([]);
  });
});

describe('the pages', () => {
  it('are written so that each block and each remark is understood', () => {
    expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('link to files and headings that are there', () => {
    expect(findBrokenLinks(ROOT, pages)).toEqual([]);
  });

  it('can all be come to from the README or the index of the docs', () => {
    expect(findOrphans(pages)).toEqual([]);
    expect(findGuidesNotInIndex(pages)).toEqual([]);
  });
});

describe('the checks', () => {
  it.each(PLANTED_BLOCKS)('tell of $name', ({ name, told }) => {
    const faults = checkedPlanted
      .filter(({ block, fault }) => block.page === `docs/planted: ${name}` && fault !== undefined)
      .map(({ fault }) => fault);
    expect(faults).toEqual([expect.stringContaining(told)]);
  });

  it.each(PLANTED_PAGES)('tell of $name', ({ text, told }) => {
    expect(parsePage('docs/planted.md', text).faults).toEqual([expect.stringContaining(told)]);
  });

  it.each(PLANTED_LINKS)('tell of a link to $name', ({ text, told }) => {
    const page = parsePage('docs/planted.md', text);
    expect(brokenLinksOf(page)).toEqual([expect.stringContaining(told)]);
  });

  it('tell of pages that nobody can come to', () => {
    const page = parsePage('docs/planted.md', '[to myself](planted.md)');
    expect(findOrphans([...pages, page])).toEqual(['docs/planted.md']);
    expect(findGuidesNotInIndex([...pages, page])).toEqual(['docs/planted.md']);
  });

  it('have nothing to tell of a sound page', () => {
    expect(
      checkedPlanted.filter(({ block, fault }) => block.page === sound.path && fault !== undefined),
    ).toEqual([]);
    expect(checkedPlanted.filter(({ block }) => block.page === sound.path)).toHaveLength(7);
    expect(sound.faults).toEqual([]);
    expect(brokenLinksOf(sound)).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('has one heading for every code, and its status', () => {
    const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    const headings = Array.from(text.matchAll(/^## (\S+)\n\n(\d{3})/gm), ([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(headings)).toEqual(ERROR_STATUS);
  });
});

/** Those of one page more. */
function brokenLinksOf(page: Page): string[] {
  return findBrokenLinks(ROOT, [...pages, page]).filter((fault) => fault.startsWith(`${page.path}:`));
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

function report(): void {
  const count = (outcome: CheckedBlock['outcome']) => checked.filter((one) => one.outcome === outcome);
  const links = pages.reduce((sum, page) => sum + page.links.length, 0);
  const lines = count('not run').map(({ block, reason }) => `  ${block.page}:${block.line}: ${reason}`);
  console.log(
    [
      `${pages.length} pages, ${links} links. Of ${checked.length} blocks ${count('ran').length} ran, ` +
        `${count('drawing').length} are drawings and extracts, ${lines.length} were not run:`,
      ...lines,
    ].join('\n'),
  );
}
