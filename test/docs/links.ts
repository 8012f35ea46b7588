/** Whether links lead somewhere, and whether every page can be come to. */

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Page } from './page.js';

/** Where readers begin. */
export const ENTRANCES = ['README.md', 'docs/README.md'];

/**
 * Files and anchors within the repository; what is on the network is not asked.
 * @param root of the repository
 */
export function findBrokenLinks(root: string, pages: readonly Page[]): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap((page) =>
    page.links.flatMap(({ line, target }) => {
      const fault = (what: string) => [`${page.path}:${line}: ${target} ${what}`];
      if (isElsewhere(target)) {
        return [];
      }
      const { path, anchor } = resolveLink(page.path, target);
      if (path.startsWith('..')) {
        return fault('leads out of the repository');
      }
      if (!byPath.has(path) && !existsSync(join(root, path))) {
        return fault('leads to a file that is not there');
      }
      if (anchor !== undefined && byPath.get(path)?.anchors.has(anchor) === false) {
        return fault('leads to a heading that is not there');
      }
      return [];
    }),
  );
}

/** Pages of `docs/` that no link leads to, however many pages are between. */
export function findOrphans(pages: readonly Page[]): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const found = new Set<string>();
  const waiting = [...ENTRANCES];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const page = byPath.get(path);
    if (page !== undefined && !found.has(path)) {
      found.add(path);
      waiting.push(
        ...page.links
          .filter(({ target }) => !isElsewhere(target))
          .map(({ target }) => resolveLink(path, target).path),
      );
    }
  }
  return pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !found.has(path));
}

/** Guides, which the index of the documentation names itself. */
export function findGuidesNotInIndex(pages: readonly Page[]): string[] {
  const index = pages.find(({ path }) => path === 'docs/README.md');
  const named = new Set(index?.links.map(({ target }) => resolveLink(index.path, target).path));
  return pages
    .map(({ path }) => path)
    .filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== index?.path && !named.has(path));
}

function isElsewhere(target: string): boolean {
  return /^[a-z]+:/.test(target);
}

function resolveLink(from: string, target: string): { path: string; anchor?: string } {
  const [file = '', anchor] = target.split('#', 2);
  const path = file === '' ? from : normalize(join(dirname(from), file)).replace(/\/$/, '');
  return { path, ...(anchor === undefined ? {} : { anchor }) };
}
