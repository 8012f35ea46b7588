/** What `/` tells, to whom, and whether what it shows works. */

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFaults } from '../support/accessibility.js';
import { launchChromium } from '../support/chromium.js';
import { type Demo, startDemo } from '../support/demo.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  DISABLED_DESTINATION_ID,
  OTHER_DESTINATION_ID,
  redisDestination,
  startTestGateway,
  type TestGateway,
  tokens,
  WEBHOOK_DESTINATION_ID,
} from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { openWatchedPage } from '../support/watched-page.js';

const run = promisify(execFile);
const SCREENSHOTS = new URL('../../test-results/', import.meta.url).pathname;
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ALL_IDS = [DESTINATION_ID, OTHER_DESTINATION_ID, DISABLED_DESTINATION_ID, WEBHOOK_DESTINATION_ID];

let redis: RedisServer;
let version: string;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  redis = await startRedis();
  version = (await runCli(['--version'])).output.trim();
});
afterAll(() => redis.close());

describe('the landing page of the demo', () => {
  let browser: Browser;
  let demo: Demo;
  let url: string;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchChromium(), startDemo()]);
    ({ url } = demo);
  });
  afterAll(async () => {
    await browser.close();
    await demo.process.stop();
  });

  it('says what runs, and leads to everything', async () => {
    const { page, problems, close } = await openWatchedPage(browser, url);
    await page.goto(url);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`activation-gateway ${version}`);
    expect(await page.getByRole('row').last().textContent()).toContain('Sample profiles in this process');
    await page.screenshot({ path: `${SCREENSHOTS}landing.png`, fullPage: true });

    const links = await page
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['/demo', '/graphql', '/openapi', '/docs', '/healthz', '/readyz']);
    for (const link of links) {
      const response = await page.goto(url + link);
      expect([link, response?.status()]).toEqual([link, 200]);
      await page.goBack();
    }
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await page.locator('.graphiql-execute-button').waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('has a curl line that works as pasted, whatever name the gateway was reached by', async () => {
    const { page, close } = await openWatchedPage(browser, url);
    for (const origin of [url, url.replace('localhost', '127.0.0.1')]) {
      await page.goto(origin);
      const line = (await page.locator('pre').textContent()) ?? '';
      expect(line).toContain(`curl -s ${origin}/graphql`);
      const { stdout } = await run('sh', ['-c', line]);
      expect(JSON.parse(stdout)).toMatchObject({ data: { profile: { exists: true } } });
    }
    await close();
  });

  it.each(['light', 'dark'] as const)('has no serious fault that axe finds, %s', async (colorScheme) => {
    const { page, close } = await openWatchedPage(browser, url, { colorScheme, bypassCSP: true });
    for (const path of ['/', '/docs', '/docs/access']) {
      await page.goto(url + path);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await page.goto(url);
    await page.screenshot({ path: `${SCREENSHOTS}landing-${colorScheme}.png`, fullPage: true });
    await close();
  });

  it('fits a phone', async () => {
    const { page, close } = await openWatchedPage(browser, url, { viewport: { width: 320, height: 700 } });
    for (const path of ['/', '/docs/access', '/docs/configuration']) {
      await page.goto(url + path);
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 320]);
    }
    await close();
  });
});

describe('the landing page of a configured gateway', () => {
  it.each([HTML, {}])('keeps version, destinations and tokens from strangers (%j)', async (headers) => {
    const gateway = await startTestGateway({ redisPort: redis.port });
    const { text, status } = await gateway.get('/', headers);
    await gateway.close();
    expect(status).toBe(200);
    expect(text).not.toContain(version);
    for (const secret of [...ALL_IDS, 'A webhook', 'agw_', '/demo', String(redis.port)]) {
      expect(text).not.toContain(secret);
    }
  });

  it('tells version and destinations, each with its state, where the configuration says so', async () => {
    const gateway = await startTestGateway({
      redisPort: redis.port,
      otherRedisPort: await freePort(),
      server: { landingPage: 'full' },
    });
    const page = await gateway.get('/', HTML);
    const { json } = await gateway.get('/');
    await gateway.close();
    expect(json).toMatchObject({
      name: 'activation-gateway',
      version,
      status: 'not ready',
      destinations: [
        { id: DESTINATION_ID, status: 'ready' },
        { id: OTHER_DESTINATION_ID, status: 'STORE_UNAVAILABLE' },
        { id: DISABLED_DESTINATION_ID, status: 'disabled' },
        { id: WEBHOOK_DESTINATION_ID, type: 'WEBHOOK', status: 'not served' },
      ],
    });
    expect(page.headers.get('vary')).toBe('accept');
    for (const told of [version, ...ALL_IDS, 'STORE_UNAVAILABLE', 'Not ready']) {
      expect(page.text).toContain(told);
    }
    expect(page.text).not.toContain('agw_');
  });

  it('has a curl line that works once the token is filled in', async () => {
    const gateway = await startTestGateway({ redisPort: redis.port });
    const line = shellLine((await gateway.get('/', HTML)).text);
    const { stdout } = await run('sh', ['-c', line.replace('YOUR_ACCESS_TOKEN', tokens.reader)]);
    await gateway.close();
    expect(JSON.parse(stdout)).toMatchObject({ data: { destinations: [{ id: DESTINATION_ID }] } });
  });

  it('shows the name of a destination as text', async () => {
    const destination = { ...redisDestination(DESTINATION_ID, redis.port), name: '<script>"&\'</script>' };
    const gateway = await startTestGateway({
      redisPort: redis.port,
      config: { destinations: [destination] },
      server: { landingPage: 'full' },
    });
    const { text } = await gateway.get('/', HTML);
    await gateway.close();
    expect(text).toContain('&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;');
    expect(text).not.toContain('<script');
  });

  it('does not link to a GraphiQL that is switched off', async () => {
    const gateway = await startTestGateway({ redisPort: redis.port, server: { graphiql: false } });
    const { text } = await gateway.get('/', HTML);
    await gateway.close();
    expect(text).not.toContain('GraphiQL');
  });

  describe('whatever a request calls its host', () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ redisPort: redis.port });
    });
    afterAll(() => gateway.close());

    it.each([
      ['profiles.example.com', undefined, 'http://profiles.example.com/graphql'],
      ['profiles.example.com', 'https', 'https://profiles.example.com/graphql'],
      ['profiles.example.com', 'javascript', 'http://profiles.example.com/graphql'],
      ['[::1]:4000', undefined, 'http://[::1]:4000/graphql'],
      ['a;id', undefined, 'http://localhost/graphql'],
      ['$(id)', undefined, 'http://localhost/graphql'],
      ['"><script>alert(1)</script>', undefined, 'http://localhost/graphql'],
      ["a' b", undefined, 'http://localhost/graphql'],
    ])('%s (%s): the curl line is safe to paste', async (host, scheme, expected) => {
      const text = await pageAs(gateway.port, {
        host,
        ...(scheme === undefined ? {} : { 'x-forwarded-proto': scheme }),
      });
      expect(shellLine(text).split(' ')[2]).toBe(expected);
      expect(text).not.toContain('<script');
    });
  });
});

/** The line for a shell, as a browser would give it to the clipboard. */
function shellLine(html: string): string {
  const line = /<pre><code>(.*?)<\/code><\/pre>/s.exec(html)?.[1] ?? '';
  return line
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** The page as told to one who sends these headers, which fetch would not send. */
function pageAs(port: number, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { ...HTML, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
