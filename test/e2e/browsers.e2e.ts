/** The gateway as real pages see it: its own, one of an origin that is configured, and a foreign one. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { createLogged, type Logged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Site, startSite } from '../support/site.js';

const QUERY = `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "ada") { exists } }`;
const SITE = '<!doctype html><title>A site</title>';

let redis: RedisServer;
let browser: Browser;
let shop: Site;
let foreign: Site;
let gateway: TestGateway;
let logged: Logged;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
  [shop, foreign] = await Promise.all([startSite(SITE), startSite(SITE)]);
  logged = createLogged();
  gateway = await startTestGateway({
    redisPort: redis.port,
    logger: logged.logger,
    server: { cors: { origins: [shop.origin], maxAgeSeconds: 60 } },
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await Promise.all([shop?.close(), foreign?.close()]);
  await redis?.close();
});

interface Asked {
  readonly status?: number;
  readonly text?: string;
  readonly requestId?: string | null;
  readonly failed?: string;
}

/** Asks as a script of the page would. */
function ask(
  page: Page,
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string; mode?: 'cors' | 'no-cors' },
): Promise<Asked> {
  return page.evaluate(
    async ([target, options]) => {
      try {
        const response = await fetch(target, options);
        return {
          status: response.status,
          text: await response.text(),
          requestId: response.headers.get('x-request-id'),
        };
      } catch (error) {
        return { failed: String(error) };
      }
    },
    [url, init] as const,
  );
}

const authorized = (body = JSON.stringify({ query: QUERY })) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.reader}` },
  body,
});

async function open(site: Site): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.origin);
  return page;
}

describe('a page of an origin that is configured', () => {
  it('asks both APIs, and reads the answer with its headers', async () => {
    const page = await open(shop);
    const graphql = await ask(page, `${gateway.url}/graphql`, authorized());
    expect(graphql).toMatchObject({ status: 200, text: '{"data":{"profile":{"exists":true}}}' });
    expect(graphql.requestId).toEqual(expect.any(String));
    const body = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };
    const rest = await ask(page, `${gateway.url}/v1/activation`, authorized(JSON.stringify(body)));
    expect(rest.status).toBe(200);
    const got = await ask(page, `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}`, {
      headers: { authorization: `Bearer ${tokens.reader}` },
    });
    expect(got.status).toBe(200);
  });

  it('reads errors too', async () => {
    const page = await open(shop);
    expect(
      await ask(page, `${gateway.url}/graphql`, {
        ...authorized(),
        headers: { 'content-type': 'application/json' },
      }),
    ).toMatchObject({
      status: 401,
      text: expect.stringContaining('UNAUTHENTICATED'),
    });
  });
});

describe('a page of any other origin', () => {
  it('reads nothing, and nothing is read for it', async () => {
    const page = await open(foreign);
    const before = (await redis.commandStats()).hgetall ?? 0;
    for (const path of ['/graphql', '/v1/activation', '/v2/activation', '/v1/profile-tokens']) {
      const answer = await ask(page, gateway.url + path, authorized());
      expect(answer.failed, path).toContain('Failed to fetch');
    }
    // What a browser sends without asking first: simple requests.
    for (const init of [
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ query: QUERY }),
        mode: 'no-cors' as const,
      },
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `query=${QUERY}`,
        mode: 'no-cors' as const,
      },
      { method: 'GET', mode: 'no-cors' as const },
    ]) {
      const lines = logged.lines().length;
      await ask(page, `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}`, init);
      await expect
        .poll(() => logged.lines().slice(lines))
        .toContainEqual(expect.objectContaining({ status: 403 }));
    }
    expect((await redis.commandStats()).hgetall ?? 0).toBe(before);
  });

  it('cannot send a form, or load a script or an image', async () => {
    const page = await open(foreign);
    const url = `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}`;
    const lines = logged.lines().length;
    await page.setContent(
      `<img src="${url}"><script src="${url}"></script><iframe name="f"></iframe>
       <form id="form" method="post" target="f" action="${gateway.url}/graphql"><input name="query" value="x"></form>`,
    );
    await page.evaluate(() => (document.querySelector('#form') as HTMLFormElement).submit());
    const asked = () =>
      logged
        .lines()
        .slice(lines)
        .filter(({ path }) => path === '/graphql');
    const count = (method: string) => asked().filter((line) => line.method === method).length;
    // Chromium looks ahead, and may ask twice for what no cache may keep.
    await expect.poll(() => [count('GET') >= 2, count('POST')]).toEqual([true, 1]);
    expect(new Set(asked().map(({ status }) => status))).toEqual(new Set([403]));
  });

  it('cannot frame a page', async () => {
    const page = await open(foreign);
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    for (const path of ['/', '/graphql']) {
      await page.setContent(`<iframe src="${gateway.url}${path}"></iframe>`);
      await expect.poll(() => messages.splice(0).join('\n')).toMatch(/frame/i);
    }
  });

  it('may be one with no origin of its own, and is foreign then', async () => {
    const page = await open(foreign);
    const lines = logged.lines().length;
    await page.setContent(
      `<iframe sandbox="allow-scripts" srcdoc="<script>fetch('${gateway.url}/graphql', { method: 'POST', mode: 'no-cors', body: '{}' })</script>"></iframe>`,
    );
    await expect
      .poll(() => logged.lines().slice(lines))
      .toContainEqual(expect.objectContaining({ status: 403 }));
  });
});

describe('without a browser', () => {
  const preflight = (origin: string, path = '/graphql') =>
    fetch(gateway.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });

  it('a preflight says what a configured origin may, and refuses every other', async () => {
    const allowed = await preflight(shop.origin);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': shop.origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, x-request-id, x-request-timeout-ms',
      'access-control-max-age': '60',
      vary: 'origin',
    });
    expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
    for (const origin of [
      foreign.origin,
      'null',
      `${shop.origin}.evil.example`,
      shop.origin.replace('http', 'https'),
      '*',
      '',
    ]) {
      const refused = await preflight(origin);
      expect(refused.status, origin).toBe(403);
      expect(refused.headers.has('access-control-allow-origin')).toBe(false);
    }
    expect((await preflight(shop.origin, '/healthz')).status).toBe(405);
  });

  it.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{}, 200],
  ])('a POST with %j is answered with %i', async (headers, status) => {
    expect((await gateway.graphql('{ __typename }', {}, tokens.reader, headers)).status).toBe(status);
  });

  it('every answer says that it is not to be cached, framed, embedded or run', async () => {
    for (const answer of [
      await gateway.get('/'),
      await gateway.get('/healthz'),
      await gateway.get('/nowhere'),
      await gateway.graphql('{ __typename }'),
    ]) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('every origin may ask where the configuration says so', async () => {
    const everyone = await startTestGateway({
      redisPort: redis.port,
      server: { cors: { origins: ['*'], maxAgeSeconds: 60 } },
    });
    const answer = await everyone.graphql('{ __typename }', {}, tokens.reader, {
      origin: 'https://any.example',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    await everyone.close();
  });
});

describe('the content security policy of a page', () => {
  it.each(['/', '/graphql'])('of %s runs its own scripts, and no others', async (path) => {
    const page = await (await browser.newContext()).newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) {
        violations.push(message.text());
      }
    });
    await page.goto(gateway.url + path);
    await page.waitForLoadState('load');
    expect(violations).toEqual([]);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      document.head.append(script);
      const image = document.createElement('img');
      image.setAttribute('onerror', 'document.title = "taken over"');
      image.src = 'data:,';
      document.body.append(image);
      return fetch('https://example.com/').catch(() => {});
    });
    await expect.poll(() => violations.length).toBeGreaterThanOrEqual(3);
    expect(await page.title()).toBe('activation-gateway');
  });
});
