import { createHash } from 'node:crypto';
import type { HttpResponse } from './exchange.js';

/** What a page may do besides running its own scripts and styles. */
export interface PagePolicy {
  /** Further directives of its content security policy. */
  readonly directives: Readonly<Record<string, string>>;
}

/**
 * An HTML page under a content security policy that lets it run the scripts and styles written in it, known by their
 * hashes, and nothing else: what someone manages to put in does not run.
 * @param html whole, the same for everyone; make it once
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
