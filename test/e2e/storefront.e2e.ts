/** The demo's storefront, as someone who opens it sees, hears and types it. */

import { mkdirSync } from 'node:fs';
import { parse as parseGraphQL, validate } from 'graphql';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRODUCTS } from '../../src/demo/products.js';
import { buildSchema } from '../../src/graphql/schema.js';
import { seriousFaults } from '../support/accessibility.js';
import { launchChromium } from '../support/chromium.js';
import { type Demo, startDemo } from '../support/demo.js';
import { freePort } from '../support/free-port.js';
import { startRedis } from '../support/redis-server.js';
import { openWatchedPage } from '../support/watched-page.js';

const SCREENSHOTS = new URL('../../test-results/', import.meta.url).pathname;
/** Long enough for the page to ask again twice. */
const SOON = { timeout: 8_000, interval: 50 };
const BESTSELLERS = ['Fjordlight 2 tent', 'Daypack 20 l', 'Storm shell jacket', 'Pocket gas stove'];

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

const greeting = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
const products = (page: Page) => page.locator('#products h3').allTextContents();
const said = (page: Page) => page.getByRole('status').textContent();
const visit = (page: Page, name: string) =>
  page.getByRole('radio', { name: new RegExp(`^${name}\\b`) }).check();

describe('each visitor', () => {
  it.each([
    {
      name: 'Ada',
      expected: 'Welcome back, Ada.',
      tier: 'Gold',
      offer: undefined,
      shown: ['Alpine GTX boots', 'Merino hiking socks, 3 pairs', 'Ridge 45 l pack'],
    },
    {
      name: 'Grace',
      expected: 'Welcome back, Grace.',
      tier: 'Bronze',
      offer: /10 % off.*€508\.90 €458\.01.*1 × Fjordlight 2 tent2 × Insulated sleeping mat/s,
      shown: ['Fjordlight 2 tent', 'Camp lantern'],
    },
    {
      name: 'Lena',
      expected: 'Welcome back, Lena.',
      tier: 'Silver',
      offer: /the delivery is on us.*€89\.95.*1 × Insulated sleeping mat/s,
      shown: ['Grid fleece', 'Insulated sleeping mat', 'Ridge 45 l pack', 'Steel bottle 0.75 l'],
    },
    {
      name: 'Linus',
      expected: 'Good to see you, Linus.',
      tier: undefined,
      offer: undefined,
      shown: BESTSELLERS,
    },
    {
      name: 'Someone',
      expected: 'Gear for long days',
      tier: undefined,
      offer: undefined,
      shown: BESTSELLERS,
    },
  ])('gets a page of their own: $name', async ({ name, expected, tier, offer, shown }) => {
    const { page, problems, close } = await openWatchedPage(browser, url);
    await page.goto(`${url}/demo`);
    await visit(page, name);
    await expect.poll(() => page.locator('#shop').getAttribute('aria-busy'), SOON).toBe('false');
    await expect.poll(() => greeting(page), SOON).toBe(expected);
    expect(await products(page)).toEqual(shown);
    expect(await page.locator('#member').isVisible()).toBe(tier !== undefined);
    expect(await page.locator('#tiers [aria-current]').allTextContents()).toEqual(tier ? [tier] : []);
    expect(await page.locator('#offer').isVisible()).toBe(offer !== undefined);
    if (offer !== undefined) {
      expect((await page.locator('#offer').textContent())?.replaceAll(/\s+/g, ' ')).toMatch(offer);
    }
    // A screen reader is told the same.
    expect(await said(page)).toContain(expected);
    expect(await said(page)).toContain(shown[0]);

    expect(await page.locator('#ms').textContent()).toMatch(/^\d+\.\d$/);
    expect(await page.locator('#answer').textContent()).toContain(
      name === 'Someone' ? '"exists": false' : `"firstName": "${name}"`,
    );
    await page.screenshot({ path: `${SCREENSHOTS}storefront-${name.toLowerCase()}.png`, fullPage: true });
    expect(problems).toEqual([]);
    await close();
  });

  it('sends the query that it shows, which is one of the schema, and shows the answer digit for digit', async () => {
    const { page, close } = await openWatchedPage(browser, url);
    const asked = page.waitForRequest(`${url}/graphql`);
    await page.goto(`${url}/demo`);
    const { query } = (await asked).postDataJSON();
    expect(await page.locator('#query').textContent()).toBe(query);
    expect(validate(buildSchema(), parseGraphQL(query))).toEqual([]);
    await expect.poll(() => page.locator('#answer').textContent(), SOON).toContain('"PRICE": 269.00');
    await close();
  });

  it('holds a token that reads its own visitor alone', async () => {
    const { page, close } = await openWatchedPage(browser, url);
    const asked = page.waitForRequest(`${url}/graphql`);
    await page.goto(`${url}/demo`);
    const { authorization = '' } = await (await asked).allHeaders();
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({
        query: `{ profile(entity: "user", destinationId: "2XkZr9qTn0aLw5cVb7dQe1mYp3s", idType: "anonymous_id", idValue: "anon-grace") { exists } }`,
      }),
    });
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    await close();
  });

  it('knows the products of the sample profiles, and has a drawing for each', async () => {
    const { page, close } = await openWatchedPage(browser, url);
    await page.goto(`${url}/demo`);
    const known: { BESTSELLERS: { SKU: string; NAME: string; PRICE: number }[]; drawings: string[] } =
      await page.evaluate(
        `import('/demo/catalogue.js').then(({ BESTSELLERS, kindOf }) => ({
          BESTSELLERS,
          drawings: ${JSON.stringify(PRODUCTS.map(({ sku }) => sku))}.map((sku) => kindOf(sku).drawing + ' ' + kindOf(sku).category),
        }))`,
      );
    for (const { SKU, NAME, PRICE } of known.BESTSELLERS) {
      expect(PRODUCTS).toContainEqual(
        expect.objectContaining({ sku: SKU, name: NAME, cents: Math.round(PRICE * 100) }),
      );
    }
    const art = await (await fetch(`${url}/demo/art.svg`)).text();
    for (const [index, { category }] of PRODUCTS.entries()) {
      const [drawing, shownCategory] = known.drawings[index]?.split(' ') ?? [];
      expect(art).toContain(`<symbol id="${drawing}"`);
      expect(shownCategory).toBe(category);
    }
    await close();
  });
});

// Mostly they wait.
describe.concurrent('the page', () => {
  it('says that the gateway is away, is the neutral one, and becomes the visitor’s again by itself', async ({
    expect,
  }) => {
    const port = await freePort();
    const { url: origin, process: first } = await startDemo([], port);
    const { page, problems, close } = await openWatchedPage(browser, origin);
    await page.goto(`${origin}/demo`);
    await expect.poll(() => greeting(page), SOON).toBe('Welcome back, Ada.');
    expect(problems).toEqual([]);

    await first.stop();
    await expect.poll(() => greeting(page), SOON).toBe('Gear for long days');
    expect(await page.locator('#notice').textContent()).toContain('cannot reach your recommendations');
    expect(await page.locator('#state').textContent()).toContain('the gateway is not running');
    expect(await said(page)).toContain('cannot reach your recommendations');
    expect(await products(page)).toEqual(BESTSELLERS);
    const drawing = await page.locator('#products use').first().boundingBox();
    expect(drawing?.width).toBeGreaterThan(20);
    // The visitor may change meanwhile.
    await visit(page, 'Grace');
    await page.screenshot({ path: `${SCREENSHOTS}storefront-away.png` });

    const second = await startDemo([], port);
    await expect.poll(() => greeting(page), { ...SOON, timeout: 15_000 }).toBe('Welcome back, Grace.');
    expect(await page.locator('#notice').isVisible()).toBe(false);
    // The key of the first gateway is gone, so the page needs another token.
    await visit(page, 'Ada');
    await expect.poll(() => greeting(page), SOON).toBe('Welcome back, Ada.');
    // What the browser itself writes for a request that nobody answers, and for the token that is no longer known.
    expect(problems.filter((problem) => !/ERR_CONNECTION_REFUSED|status of 401/.test(problem))).toEqual([]);
    await close();
    await second.process.stop();
  });

  it('changes when the profile in Redis does, and tells a Redis that is away from a visitor whom nobody knows', async ({
    expect,
  }) => {
    const redis = await startRedis();
    const gateway = await startDemo(['--redis', `redis://${redis.address}`]);
    const origin = gateway.url;
    const { page, close } = await openWatchedPage(browser, origin);
    await page.goto(`${origin}/demo`);
    await visit(page, 'Linus');
    await expect.poll(() => greeting(page), SOON).toBe('Good to see you, Linus.');

    const key = '2Wk0aBcDeFgHiJkLmNoPqRsTuV:2XkZr9qTn0aLw5cVb7dQe1mYp3s:user:anonymous_id:anon-linus';
    await redis.client.hset(key, 'user_360', '{"FIRST_NAME":"Linus","LOYALTY_TIER":"gold"}');
    await expect.poll(() => greeting(page), SOON).toBe('Welcome back, Linus.');
    expect(await page.locator('#member').textContent()).toBe('Gold member');

    await redis.stop();
    await expect.poll(() => page.locator('#state').textContent(), SOON).toContain('STORE_UNAVAILABLE');
    expect(await greeting(page)).toBe('Gear for long days');
    expect(await page.locator('#notice').isVisible()).toBe(true);
    await close();
    await gateway.process.stop();
    await redis.close();
  });

  it('works with a keyboard alone, and is left in peace by what has not changed', async ({ expect }) => {
    const { page, problems, close } = await openWatchedPage(browser, url);
    await page.goto(`${url}/demo`);
    await expect.poll(() => greeting(page), SOON).toBe('Welcome back, Ada.');
    const { keyboard } = page;
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

    await keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the shop');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('ArrowRight');
    await expect.poll(() => greeting(page), SOON).toBe('Welcome back, Grace.');

    await keyboard.press('Tab');
    expect(await focused()).toBe('Put it back in my cart');
    await keyboard.press('Enter');
    expect(await page.locator('#basket').textContent()).toBe('3');
    expect(await said(page)).toBe('Everything is back in your cart. It holds 3 now.');
    await keyboard.press('Tab');
    await keyboard.press('Space');
    expect(await said(page)).toBe('Fjordlight 2 tent is in your cart. It holds 4 now.');

    // Asking again changes nothing, takes no focus and empties no cart.
    await page.waitForResponse(`${url}/graphql`);
    await page.waitForResponse(`${url}/graphql`);
    expect(await focused()).toBe('Add');
    expect(await page.locator('#basket').textContent()).toBe('4');
    expect(problems).toEqual([]);
    await close();
  });
});

describe('everyone can use it', () => {
  it.each([320, 375])('on a screen %i pixels wide', async (width) => {
    const { page, problems, close } = await openWatchedPage(browser, url, {
      viewport: { width, height: 700 },
      hasTouch: true,
    });
    await page.goto(`${url}/demo`);
    for (const name of ['Grace', 'Lena']) {
      await visit(page, name);
      await expect.poll(() => greeting(page), SOON).toBe(`Welcome back, ${name}.`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    const heights = await page
      .locator('button:visible, .visitors label')
      .evaluateAll((targets) => targets.map((target) => target.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
    await page.screenshot({ path: `${SCREENSHOTS}storefront-${width}.png`, fullPage: true });
    expect(problems).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('without a serious fault that axe finds, %s', async (colorScheme) => {
    const { page, close } = await openWatchedPage(browser, url, { colorScheme, bypassCSP: true });
    await page.goto(`${url}/demo`);
    const faults: string[] = [];
    for (const name of ['Ada', 'Grace', 'Someone']) {
      await visit(page, name);
      await expect.poll(() => page.locator('#shop').getAttribute('aria-busy'), SOON).toBe('false');
      // What fades in has its colours only then.
      await page.waitForTimeout(250);
      faults.push(...(await seriousFaults(page)));
    }
    await page.screenshot({ path: `${SCREENSHOTS}storefront-${colorScheme}.png`, fullPage: true });
    expect(faults).toEqual([]);
    await close();
  });

  it('in the colours and with the motion that they ask for', async () => {
    const look = async (options: Parameters<typeof openWatchedPage>[2]) => {
      const { page, close } = await openWatchedPage(browser, url, options);
      await page.goto(`${url}/demo`);
      await page.locator('.tile .art').first().waitFor();
      const found = await page.evaluate(() => ({
        background: getComputedStyle(document.body).backgroundColor,
        motion: getComputedStyle(document.querySelector('.tile .art') ?? document.body).transitionDuration,
      }));
      await close();
      return found;
    };
    const light = await look({ colorScheme: 'light' });
    const dark = await look({ colorScheme: 'dark', reducedMotion: 'reduce' });
    expect(light.background).not.toBe(dark.background);
    expect([light.motion, dark.motion]).toEqual(['0.25s', '0s']);
  });
});

describe('outside the demo', () => {
  it('a page of another origin gets no token', async () => {
    const answer = await fetch(`${url}/demo/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      body: '{"visitor":"anon-ada"}',
    });
    expect(answer.status).toBe(403);
  });

  it.each([['{}'], ['{"visitor":""}'], [JSON.stringify({ visitor: 'x'.repeat(513) })], ['[]'], ['no JSON']])(
    'a session for %s is refused',
    async (body) => {
      const answer = await fetch(`${url}/demo/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(400);
    },
  );
});
