/** Every example, run as its README says, in front of a real gateway. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { endWithThisProcess } from '../support/orphan-guard.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'examples/clients/README.md'), 'utf8');
/** The lines that start a client, without their argument. */
const CLIENTS = Array.from(
  README.matchAll(/^((?:node|sh) examples\/clients\/\S+) ada@example\.com$/gm),
  ([, line = '']) => line,
);

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ redisPort: redis.port });
  const key = `${WORKSPACE_ID}:${DESTINATION_ID}:user`;
  const ada = {
    user_360: '{"FIRST_NAME":"Ada","LOYALTY_TIER":"gold"}',
    product_recommendations: '{"RECOMMENDED":[{"NAME":"<b>Boots</b>","PRICE":1},{"NAME":"Socks"},{}, 7]}',
  };
  await redis.client.hset(`${key}:email:ada@example.com`, ada);
  await redis.client.hset(`${key}:user_id:u-1001`, ada);
  await redis.client.hset(`${key}:user_id:u-1002`, { user_360: '{"FIRST_NAME":7}' });
  await redis.client.hset(`${key}:email:broken`, { user_360: '{' });
});
afterAll(async () => {
  await gateway?.close();
  await redis?.close();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(line: string, argument: string, env: Record<string, string> = {}): Promise<Ended> {
  const [command = '', ...args] = line.split(' ');
  return new Promise((resolve) => {
    execFile(
      command === 'node' ? process.execPath : command,
      [...args, argument],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          GATEWAY_URL: gateway.url,
          GATEWAY_TOKEN: tokens.reader,
          DESTINATION_ID,
          ...env,
        },
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : Number(error.code),
          stdout: stdout.trim(),
          stderr: stderr.trim(),
        }),
    );
  });
}

describe('examples/clients', () => {
  it('are all in the README', () => {
    expect(CLIENTS.map((line) => line.split('/').at(-1)).sort()).toEqual(
      readdirSync(join(ROOT, 'examples/clients'))
        .filter((file) => /\.(mjs|sh)$/.test(file) && file !== 'settings.mjs')
        .sort(),
    );
    expect(CLIENTS).toHaveLength(6);
  });

  it.each(CLIENTS)('%s reads a profile, says that one is missing, and tells what failed', async (line) => {
    const [found, missing, refused, broken] = await Promise.all([
      run(line, 'ada@example.com'),
      run(line, 'no"body\\'),
      run(line, 'ada@example.com', { GATEWAY_TOKEN: tokens.unknown }),
      run(line, 'broken'),
    ]);
    const isCurl = line.startsWith('sh ');
    const shown = (profile: string) => (isCurl ? `{"data":{"profile":${profile}}}` : profile);
    expect(found).toEqual({
      code: 0,
      stdout: shown('{"exists":true,"firstName":"Ada","tier":"gold"}'),
      stderr: '',
    });
    expect(missing).toEqual({
      code: 0,
      stdout: shown('{"exists":false,"firstName":null,"tier":null}'),
      stderr: '',
    });
    expect(refused.code).toBe(isCurl ? 22 : 1);
    expect(isCurl ? refused.stdout : refused.stderr).toMatch(
      isCurl ? /"UNAUTHENTICATED"/ : /^UNAUTHENTICATED$/,
    );
    // Whether anything exists was answered, so the status is 200.
    expect(broken.code).toBe(isCurl ? 0 : 1);
    expect(isCurl ? broken.stdout : broken.stderr).toMatch(
      isCurl ? /"MALFORMED_TRAITS"/ : /^MALFORMED_TRAITS$/,
    );
  });
});

describe('examples/bff', () => {
  let browser: Browser;
  let url: string;
  let output = '';
  let end: () => Promise<unknown>;

  beforeAll(async () => {
    await promiseOf('node_modules/typescript/bin/tsc', ['-p', 'examples/bff']);
    const port = await freePort();
    url = `http://localhost:${port}`;
    const child = spawn(process.execPath, ['examples/bff/dist/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(port),
        GATEWAY_URL: gateway.url,
        GATEWAY_TOKEN: tokens.reader,
        DESTINATION_ID,
      },
    });
    endWithThisProcess(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += String(text);
      });
    }
    end = () => {
      child.kill();
      return once(child, 'exit');
    };
    browser = await launchChromium();
    await until('the BFF listens', () => expect(output).toContain(url));
  });
  afterAll(async () => {
    await browser?.close();
    await end?.();
  });

  it('gives its page what it shows, and neither token nor profile', async () => {
    const page = await (await browser.newContext()).newPage();
    const problems: string[] = [];
    const bodies: Promise<string>[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('response', (response) => {
      expect(response.url().startsWith(url)).toBe(true);
      if (response.status() === 200) {
        bodies.push(response.text());
      }
    });
    const state = () => page.getAttribute('body', 'data-state');
    await page.goto(url);
    await expect.poll(state).toBe('unknown');
    expect(await page.textContent('h1')).toBe('Welcome');

    await page.getByRole('button', { name: 'Ada' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('Welcome back, Ada');
    expect(await page.textContent('#tier')).toBe('Your tier: gold');
    expect(await page.locator('li').allTextContents()).toEqual(['<b>Boots</b>', 'Socks']);

    // What was computed is of another type than the page expects: it is not shown.
    await page.getByRole('button', { name: 'Grace' }).click();
    await expect.poll(() => page.textContent('h1')).toBe('Welcome back');
    expect(await page.isVisible('#tier')).toBe(false);

    await page.getByRole('button', { name: 'Somebody new' }).click();
    await expect.poll(state).toBe('unknown');

    const seen = (await Promise.all(bodies)).join('');
    expect(seen).toContain('Welcome back, Ada');
    for (const secret of [tokens.reader, 'user_360', DESTINATION_ID, gateway.url]) {
      expect(seen).not.toContain(secret);
    }
    expect(problems).toEqual([]);
  });

  it('shows a neutral page when Redis is away, and says so', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    await redis.close();
    await page.getByRole('button', { name: 'Ada' }).click();
    await expect.poll(() => page.isVisible('#unavailable')).toBe(true);
    expect(await page.textContent('h1')).toBe('Welcome');
    expect(output).toMatch(/the gateway answered (STORE_UNAVAILABLE|STORE_TIMEOUT)/);
    expect(output).not.toContain(tokens.reader);
  });
});

function promiseOf(script: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd: ROOT }, (error, stdout) =>
      error === null ? resolve() : reject(new Error(stdout)),
    );
  });
}
