/** One scrape for all workers of `serve`. */

import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { childProcesses } from '../support/child-processes.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Scrape, scrape } from '../support/scrape.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';

const OK = { face: 'graphql', outcome: 'ok' };

let redis: RedisServer;
let served: ServedFiles;
let port: number;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
});
afterEach(() => served.close());
afterAll(() => redis.close());

async function start(workers: number): Promise<string> {
  port = await freePort();
  served = await serveFiles(redis.address, `metrics: { port: ${port} }\n`, { workers });
  const token = await served.createToken('web', '--destination', DESTINATION_ID);
  await expect.poll(() => served.ask(token)).toBe(200);
  return token;
}

const answered = (found: Scrape) => found.sum('activation_gateway_requests_total', OK);

describe('a scrape of the supervisor', () => {
  it('is the sum of its workers', async () => {
    const token = await start(3);
    const before = await scrape(port);
    // Six connections of their own, in turn: each worker answers two.
    await served.ask(token);
    const after = await scrape(port);
    expect(answered(after) - answered(before)).toBe(6);
    expect(
      after.sum('activation_gateway_request_duration_seconds_count', { face: 'graphql', class: '2xx' }),
    ).toBe(answered(after));
    expect(after.sum('activation_gateway_workers')).toBe(3);
    expect(after.sum('activation_gateway_silent_workers')).toBe(0);
    // Gauges: the sum of what is counted, one where it is yes or no.
    await expect
      .poll(async () =>
        (await scrape(port)).sum('activation_gateway_redis_up', { destination: DESTINATION_ID }),
      )
      .toBe(1);
    expect(after.sum('activation_gateway_build_info')).toBe(1);
    expect(after.sum('process_resident_memory_bytes')).toBeGreaterThan(3 * 40e6);
    // A family is told once, whoever counted in it.
    expect(after.text.match(/^# TYPE activation_gateway_requests_total /gm)).toHaveLength(1);
  });

  it('shows that a worker under load lets its young generation grow, which makes collections rare', async () => {
    const token = await start(1);
    const newSpace = async () =>
      (await scrape(port)).sum('nodejs_heap_space_size_total_bytes', { space: 'new' });
    // Two to four megabytes after the start, depending on Node, and for ever if nobody says otherwise.
    await expect
      .poll(
        async () => {
          for (let times = 0; times < 50; times += 1) {
            await served.ask(token);
          }
          return newSpace();
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(8e6);
  });

  it('says which configuration is served, and that the files are wrong where they are', async () => {
    await start(1);
    const state = async () => {
      const found = await scrape(port);
      return ['config_served', 'config_generation'].map((name) => found.sum(`activation_gateway_${name}`));
    };
    const [isServed, generation = 0] = await state();
    expect(isServed).toBe(1);
    const text = await readFile(served.tokensFile, 'utf8');
    await writeFile(served.tokensFile, 'accessTokens: [');
    await expect.poll(state, { timeout: 2_000 }).toEqual([0, generation]);
    await writeFile(served.tokensFile, text);
    await expect.poll(state, { timeout: 2_000 }).toEqual([1, generation]);
    await writeFile(served.tokensFile, 'accessTokens: []\n');
    await expect.poll(state, { timeout: 2_000 }).toEqual([1, generation + 1]);
  });

  it('loses nothing that was once scraped when a worker dies, and counts its end', async () => {
    const token = await start(2);
    await served.ask(token);
    const before = await scrape(port);
    const [victim = 0] = await childProcesses(served.process.pid);
    process.kill(victim, 'SIGKILL');
    await served.process.waitFor(/"signal":"SIGKILL"/);
    const after = await scrape(port);
    expect(answered(after)).toBe(answered(before));
    expect(after.sum('activation_gateway_worker_exits_total')).toBe(1);
    await expect
      .poll(async () => (await scrape(port)).sum('activation_gateway_workers'), { timeout: 10_000 })
      .toBe(2);
    await served.ask(token);
    const later = await scrape(port);
    expect(answered(later)).toBe(answered(before) + 4);
    for (const { name, labels, value } of before.samples) {
      if (/_total$|_count$|_bucket$/.test(name)) {
        expect(later.sum(name, labels), `${name} ${JSON.stringify(labels)}`).toBeGreaterThanOrEqual(value);
      }
    }
  });

  it('knows what a worker counted that ended as it was told to, up to its end', async () => {
    const token = await start(2);
    const before = await scrape(port);
    await served.ask(token);
    const [one = 0] = await childProcesses(served.process.pid);
    process.kill(one, 'SIGTERM');
    await served.process.waitFor(/"code":0,"signal":null/);
    expect(answered(await scrape(port)) - answered(before)).toBe(4);
  });

  it('does not wait for a worker that hangs: what it told last is in it', async () => {
    const token = await start(2);
    await served.ask(token);
    const before = await scrape(port);
    const [hung = 0] = await childProcesses(served.process.pid);
    process.kill(hung, 'SIGSTOP');
    try {
      const startedAt = performance.now();
      const after = await scrape(port);
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(after.sum('activation_gateway_silent_workers')).toBe(1);
      expect(answered(after)).toBe(answered(before));
    } finally {
      process.kill(hung, 'SIGCONT');
    }
    await expect.poll(async () => (await scrape(port)).sum('activation_gateway_silent_workers')).toBe(0);
  });

  it('tells of a worker that hangs though it never told anything', async () => {
    await start(2);
    const [hung = 0] = await childProcesses(served.process.pid);
    process.kill(hung, 'SIGSTOP');
    try {
      const found = await scrape(port);
      expect(found.sum('activation_gateway_workers')).toBe(2);
      expect(found.sum('activation_gateway_silent_workers')).toBe(1);
    } finally {
      process.kill(hung, 'SIGCONT');
    }
  });

  it('cannot be had where the port is taken, which stops the start and says what to change', async () => {
    await start(1);
    const { code, output } = await runCli(['serve', '--config', served.file, '--workers', '1']);
    expect(code).toBe(1);
    expect(output).toContain(
      `Port ${port} is in use: stop what listens there, or choose another with metrics.port.`,
    );
  });
});
