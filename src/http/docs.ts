/** `/docs`: the guides of `docs/` as pages, of the very version that serves them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Marked } from 'marked';
import { errorResponse, type HttpResponse, type Route } from './exchange.js';
import { escapeHtml, ownPage } from './page.js';

const FOLDER = new URL('../../docs/', import.meta.url);
/** Where the address of a page leads to, as the links of the guides name it. */
const BASE = 'http://docs/docs/';
const ENDING = '.md';
/** Names the others. */
const INDEX = 'README';

/** None where the guides are not installed. */
export function docsRoutes(): Route[] {
  if (!existsSync(FOLDER)) {
    return [];
  }
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
  return [
    route('/docs', () => guidePage(INDEX, names)),
    ...names.map((name) => route(`/docs/${name}`, () => guidePage(name, names))),
  ];
}

function route(path: string, render: () => Promise<HttpResponse>): Route {
  let page: Promise<HttpResponse> | undefined;
  return {
    path,
    methods: ['GET'],
    isApi: false,
    handle() {
      page ??= render();
      return page;
    },
    refuse: errorResponse,
  };
}

async function guidePage(name: string, names: readonly string[]): Promise<HttpResponse> {
  const text = read(name);
  const { Marked } = await import('marked');
  const marked = new Marked();
  linkWithin(marked, name, names);
  return ownPage({
    title: `${titleOf(text)} · activation-gateway`,
    main: `<p class="crumb"><a href="/">activation-gateway</a> / <a href="/docs">docs</a></p>\n${reachable(await marked.parse(text))}`,
  });
}

/** A table may be wider than a phone: then it scrolls in a box of its own, which a keyboard must reach. */
function reachable(html: string): string {
  return html
    .replaceAll('<table>', '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');
}

/** Headings that can be linked to, as a repository shows them, and links that lead to the pages made from the files. */
function linkWithin(marked: Marked, name: string, names: readonly string[]): void {
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slugOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      // Pictures are in the repository; what they show stands beside them in words.
      image({ text }) {
        return text === '' ? '' : `<em>${escapeHtml(text)}</em>`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const target = hrefOf(href, name, names);
        return target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`;
      },
    },
  });
}

/** @returns undefined for a file that is no page here */
function hrefOf(href: string, name: string, names: readonly string[]): string | undefined {
  if (/^(?:https?:|#)/.test(href)) {
    return href;
  }
  const { pathname, hash } = new URL(href, `${BASE}${name}`);
  const target = pathname.replace(/^\/docs\//, '').replace(/\.md$/, '');
  return names.includes(target) ? `/docs/${target}${hash}` : undefined;
}

/** As repositories make the anchor of a heading. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? '';
}

function read(name: string): string {
  return readFileSync(new URL(`${name}${ENDING}`, FOLDER), 'utf8');
}
