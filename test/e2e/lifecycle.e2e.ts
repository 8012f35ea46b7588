/** The two ends of a gateway's life, as a balancer sees them. */

import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';

const WITHIN = { timeout: 1_000, interval: 10 };

let redis: RedisServer;
let served: ServedFiles;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"NAME":"Ada"}' });
});
afterEach(() => served.close());
afterAll(() => redis.close());

async function lookUp(token: string): Promise<Response> {
  return fetch(`${served.url}/v1/activation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value: 'ada' },
    }),
  });
}

async function readiness(): Promise<[number, unknown]> {
  const answer = await fetch(`${served.url}/readyz`);
  return [answer.status, await answer.json()];
}

describe('a gateway that is told to stop', () => {
  it('says so on /readyz and serves on for drainSeconds, ending connections; then it ends with 0', async () => {
    served = await serveFiles(redis.address);
    const token = await served.createToken('web', '--role', 'admin');
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);
    expect((await lookUp(token)).headers.get('connection')).toBe('keep-alive');
    expect((await readiness())[0]).toBe(200);
    const config = await readFile(served.file, 'utf8');
    await writeFile(served.file, config.replace('server: {', 'server: { drainSeconds: 2,'));
    await served.process.waitFor(/"generation":3/);

    const toldAt = performance.now();
    served.process.terminate();
    await expect.poll(readiness, WITHIN).toEqual([503, { status: 'stopping' }]);
    const answer = await lookUp(token);
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await answer.text()).toContain('Ada');
    expect(await served.process.exit()).toBe(0);
    expect(performance.now() - toldAt).toBeGreaterThan(2_000);
  });

  it('does not wait where it was not told to', async () => {
    served = await serveFiles(redis.address);
    const toldAt = performance.now();
    expect(await served.process.stop()).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(2_000);
  });
});

describe('a gateway that has started', () => {
  it('has its connections before it listens, so that no request waits for them', async () => {
    served = await serveFiles(redis.address);
    const clients = String(await redis.client.client('LIST'));
    expect(clients.match(/ name=activation-gateway /g)).toHaveLength(2);
    await expect
      .poll(() => served.process.output().match(/"msg":"every destination answers"/g), { timeout: 5_000 })
      .toHaveLength(2);
  });

  it('starts, and says what is missing, where a Redis does not answer', async () => {
    const gone = await startRedis();
    await gone.close();
    served = await serveFiles(gone.address);
    await served.process.waitFor(/not every destination answers/);
    expect((await readiness())[0]).toBe(503);
  });
});
