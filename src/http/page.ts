import { createHash } from 'node:crypto';
import type { HttpResponse } from './exchange.js';
import { PAGE_STYLE } from './page-style.js';

/** What a page may do besides running its own scripts and styles. */
export interface PagePolicy {
  /** Further directives of its content security policy. */
  readonly directives: Readonly<Record<string, string>>;
}

/** One of the gateway's own pages. */
export interface PageContent {
  /** Text. */
  readonly title: string;
  /** CSS besides that of every page. */
  readonly style?: string;
  /** HTML. Whatever comes from elsewhere went through {@link escapeHtml}. */
  readonly main: string;
}

/** A page in the gateway's own style. */
export function ownPage({ title, style = '', main }: PageContent): HttpResponse {
  return htmlPage(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="data:,">
    <style>${PAGE_STYLE}${style}</style>
  </head>
  <body>
    <main>
${main}
    </main>
  </body>
</html>
`);
}

/** Text as HTML shows it, in an element or between quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * An HTML page under a content security policy that lets it run the scripts and styles written in it, known by their
 * hashes, and nothing else: what someone manages to put in does not run.
 * @param html whole; its scripts and styles the same for everyone
 */
export function htmlPage(html: string, { directives }: PagePolicy = { directives: {} }): HttpResponse {
  const policy: Record<string, string> = {
    'default-src': "'none'",
    'script-src': hashesOf('script', html),
    'style-src': hashesOf('style', html),
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    ...directives,
  };
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': Object.entries(policy)
        .map(([directive, sources]) => `${directive} ${sources}`)
        .join('; '),
    },
    body: html,
  };
}

function hashesOf(element: 'script' | 'style', html: string): string {
  const hashes = Array.from(
    html.matchAll(new RegExp(`<${element}\\b[^>]*>([\\s\\S]*?)</${element}>`, 'g')),
    ([, content = '']) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`,
  );
  return hashes.length === 0 ? "'none'" : [...new Set(hashes)].join(' ');
}
