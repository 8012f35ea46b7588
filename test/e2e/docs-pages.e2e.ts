/** The guides as the gateway serves them. */

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const GUIDES = readdirSync(new URL('../../docs/', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `/docs/${file.slice(0, -'.md'.length)}`);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ redisPort: await freePort() });
});
afterAll(() => gateway.close());

describe('/docs', () => {
  it('is the index: it names the guides, the quickstart first', async () => {
    const { text } = await gateway.get('/docs');
    const listed = Array.from(text.matchAll(/<td><a href="([^"]+)">/g), ([, href]) => href);
    expect(listed[0]).toBe('/docs/quickstart');
    const guides = GUIDES.filter((path) => path.split('/').length === 3 && path !== '/docs/README');
    expect(new Set(listed)).toEqual(new Set([...guides, '/docs/decisions/README']));
  });

  it.each(GUIDES)('serves %s as a page whose links lead somewhere', async (path) => {
    const page = await gateway.get(path);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toMatch(/<h1 id="[^"]+">/);
    expect(page.text).not.toMatch(/<script|href="[^"#]*\.md/);
    for (const [, href = ''] of page.text.matchAll(/<a href="([^"]*)"/g)) {
      if (!href.startsWith('http')) {
        const [target = '', anchor] = href.split('#');
        const linked = await gateway.get(target || path, { accept: 'text/html' });
        expect([href, linked.status]).toEqual([href, 200]);
        if (anchor !== undefined) {
          expect([href, linked.text.includes(`id="${anchor}"`)]).toEqual([href, true]);
        }
      }
    }
  });
});
