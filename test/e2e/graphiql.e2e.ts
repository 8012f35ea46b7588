import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { createGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { launchChromium } from '../support/chromium.js';
import { type Demo, startDemo } from '../support/demo.js';
import { freePort } from '../support/free-port.js';
import { testConfig } from '../support/gateway.js';
import { openWatchedPage } from '../support/watched-page.js';

const SCREENSHOTS = new URL('../../test-results/', import.meta.url).pathname;

let browser: Browser;
let demo: Demo;
let url: string;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, demo] = await Promise.all([launchChromium(), startDemo()]);
  ({ url } = demo);
});
afterAll(async () => {
  await browser.close();
  await demo.process.stop();
});

const tabs = (page: Page) => page.locator('.graphiql-tab').count();
/** What the editor on the right shows; it writes white space as no-break spaces. */
const result = async (page: Page) =>
  (await page.locator('.graphiql-response').textContent())?.replaceAll('\u00a0', ' ');

describe('GraphiQL in the demo', () => {
  it('answers with a profile at the first press of the button, and each tab likewise', async () => {
    const { page, problems } = await openWatchedPage(browser, url);
    await page.goto(`${url}/graphql`);
    const run = page.locator('.graphiql-execute-button');
    await run.click();
    await expect.poll(() => result(page), { timeout: 10_000 }).toContain('"exists": true');
    await page.screenshot({ path: `${SCREENSHOTS}graphiql.png` });
    for (const [tab, expected] of [
      ['ManyProfiles', '"firstName": "Grace"'],
      ['Page', '"plan"'],
      ['Destinations', '"enabled": true'],
    ] as const) {
      // By keyboard: the tabs slide under a mouse.
      await page.getByTitle(tab, { exact: true }).press('Enter');
      // The page takes a moment to notice which operation the editor holds; a person presses again.
      const pressed = async () => {
        await run.click();
        return result(page);
      };
      await expect.poll(pressed, { timeout: 10_000, interval: 500 }).toContain(expected);
    }
    expect(problems).toEqual([]);
  });

  it('opens the same tabs after a reload', async () => {
    const { page, problems } = await openWatchedPage(browser, url);
    await page.goto(`${url}/graphql`);
    await expect.poll(() => tabs(page)).toBe(4);
    await page.reload();
    await expect.poll(() => tabs(page)).toBe(4);
    await page.locator('.graphiql-execute-button').click();
    await expect.poll(() => result(page), { timeout: 10_000 }).toContain('"exists": true');
    expect(problems).toEqual([]);
  });
});

describe('GraphiQL in production', () => {
  it('knows no token, and can be switched off', async () => {
    const config = testConfig({ redisPort: await freePort() });
    const token = mintAccessToken();
    const accessTokens = [{ name: 'a', sha256: hashAccessToken(token), role: 'admin' as const }];
    for (const graphiql of [true, false]) {
      const gateway = createGateway({
        config: { ...config, accessTokens, server: { ...config.server, graphiql } },
        logger: createLogger({ level: 'silent' }),
      });
      const { port } = await gateway.listen();
      const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { headers: { accept: 'text/html' } });
      const text = await answer.text();
      expect(answer.status).toBe(graphiql ? 200 : 401);
      expect(text.includes('YogaGraphiQL')).toBe(graphiql);
      expect(text).not.toContain('agw_');
      await gateway.close();
    }
  });
});
