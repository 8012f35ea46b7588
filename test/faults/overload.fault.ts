/** More than a gateway can: it refuses early, goes on answering, tells its health, and is well soon after. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const BODY = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };
const LATE_MS = 50;
const BUSY_MS = 2_000;
const QUERY = { query: '{ destinations { id } }' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

async function start(
  overload: Partial<typeof DEFAULT_LIMITS.overload>,
  logger = createLogged().logger,
): Promise<{ redis: RedisServer; gateway: TestGateway }> {
  const redis = await startRedis();
  open.push(redis);
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
  const gateway = await startTestGateway({
    redisPort: redis.port,
    timeoutMs: 5_000,
    logger,
    config: {
      limits: { ...DEFAULT_LIMITS, overload: { ...DEFAULT_LIMITS.overload, ...overload } },
    },
  });
  open.push(gateway);
  expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
  return { redis, gateway };
}

describe('more requests at once than are allowed', () => {
  it('are refused on both faces, with Retry-After, before they are read; the others are answered', async () => {
    const { redis, gateway } = await start({ requestsInFlight: 10 });
    redis.pause();
    const admitted = Array.from({ length: 10 }, () => gateway.post('/v1/activation', BODY));
    const refused = () => gateway.post('/v1/activation', 'no JSON at all', tokens.unknown);
    await expect.poll(async () => (await refused()).status).toBe(503);
    const rest = await refused();
    expect(rest.headers.get('retry-after')).toBe('1');
    expect(rest.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(rest.json).toEqual({
      error: 'The gateway has more requests than it can answer: try again later',
    });
    const graphql = await gateway.post('/graphql', QUERY);
    expect(graphql.status).toBe(503);
    expect(graphql.headers.get('retry-after')).toBe('1');
    expect(graphql.json).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    for (const path of ['/healthz', '/openapi']) {
      expect((await gateway.get(path)).status).toBe(200);
    }
    redis.resume();
    expect(new Set((await Promise.all(admitted)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await gateway.post('/graphql', QUERY)).status).toBe(200);
  });

  it('are let pass by measure, and told to the log', async () => {
    const logged = createLogged();
    const { redis, gateway } = await start({ requestsInFlight: 2, mode: 'measure' }, logged.logger);
    redis.pause();
    const admitted = Array.from({ length: 10 }, () => gateway.post('/v1/activation', BODY));
    await sleep(300);
    redis.resume();
    expect(new Set((await Promise.all(admitted)).map(({ status }) => status))).toEqual(new Set([200]));
    const told = () =>
      logged
        .lines()
        .filter(({ msg }) => msg === 'overloaded: requests would have been refused')
        .reduce((sum, { refused }) => sum + Number(refused), 0);
    await expect.poll(told, { timeout: 3_000 }).toBe(8);
  });

  it('are weighed by their lookups: a few large ones leave no room, though one may be as large as it likes', async () => {
    const { redis, gateway } = await start({ lookupsInFlight: 50 });
    redis.pause();
    const ids = Array.from({ length: 60 }, (_, index) => `{ type: "email", value: "u${index}" }`);
    const large = gateway.post('/graphql', {
      query: `{ profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [${ids.join()}]) { exists } }`,
    });
    await expect
      .poll(async () => (await gateway.post('/v1/activation', 'no JSON', tokens.unknown)).status)
      .toBe(503);
    redis.resume();
    expect(await large).toMatchObject({ status: 200, json: { data: { profiles: { length: 60 } } } });
    expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
  });

  it('come from connections that are left unread for a while, so that those who ask on at once cost little', async () => {
    const { redis, gateway } = await start({ requestsInFlight: 1 });
    redis.pause();
    const admitted = gateway.post('/v1/activation', BODY);
    await sleep(100);
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const body = JSON.stringify(BODY);
    let refused = 0;
    let isRunning = true;
    const callers = Array.from({ length: 100 }, async () => {
      while (isRunning) {
        expect(await ask(gateway, agent, body)).toBe(503);
        refused += 1;
      }
    });
    await sleep(800);
    // Read at once, each connection would be refused a hundred times by now.
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(500);
    isRunning = false;
    // None is forgotten.
    await Promise.all(callers);
    agent.destroy();
    redis.resume();
    expect((await admitted).status).toBe(200);
  });

  it('do not count while their bodies are on their way: a slow sender takes nobody’s place', async () => {
    const { gateway } = await start({ requestsInFlight: 2 });
    const slow = Array.from({ length: 5 }, () => {
      const sent = request(`${gateway.url}/v1/activation`, {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          'content-length': 1_000,
          authorization: `Bearer ${tokens.reader}`,
        },
      });
      sent.on('error', () => {});
      sent.write('{');
      return sent;
    });
    await sleep(200);
    expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
    for (const sent of slow) {
      sent.destroy();
    }
  });
});

describe('an event loop that is late', () => {
  it('lets fewer requests in, answers those and /healthz, and is well within two seconds', async () => {
    const { gateway } = await start({ requestsInFlight: 1_000, eventLoopDelayMs: 10 });
    const counts = { answered: 0, refused: 0, other: 0 };
    const agent = new Agent({ keepAlive: true });
    let isRunning = true;
    const body = JSON.stringify(BODY);
    const callers = Promise.all(
      Array.from({ length: 400 }, async () => {
        while (isRunning) {
          const status = await ask(gateway, agent, body);
          counts[status === 200 ? 'answered' : status === 503 ? 'refused' : 'other'] += 1;
        }
      }),
    );
    // Until all are connected, which is one a turn.
    await sleep(1_000);
    // How long 400 requests take depends on the machine; this is late on any.
    const late = setInterval(() => holdEventLoop(LATE_MS), LATE_MS);
    const until = performance.now() + 1_500;
    let slowest = 0;
    while (performance.now() < until) {
      const askedAt = performance.now();
      expect((await gateway.get('/healthz')).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - askedAt);
      await sleep(50);
    }
    // The loop itself is held for 50 ms at a time, by the test.
    expect(slowest).toBeLessThan(1_000);
    clearInterval(late);
    isRunning = false;
    await callers;
    const endedAt = performance.now();
    agent.destroy();
    expect(counts.other).toBe(0);
    expect(counts.refused).toBeGreaterThan(0);
    expect(counts.answered).toBeGreaterThan(100);
    // As many at once as a busy gateway that is well has.
    const statuses = async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => gateway.post('/v1/activation', BODY)),
      );
      return [...new Set(answers.map(({ status }) => status))];
    };
    await expect.poll(statuses, { timeout: 2_000, interval: 50 }).toEqual([200]);
    expect(performance.now() - endedAt).toBeLessThan(2_000);
  });
});

describe('connections that come all at once', () => {
  it.each([1, 2])(
    'to %d busy workers are accepted within seconds, and so is that of a probe behind them',
    async (workers) => {
      const redis = await startRedis();
      open.push(redis);
      const token = mintAccessToken();
      const port = await freePort();
      const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-overload-'));
      open.push({ close: () => rm(folder, { recursive: true, force: true }) });
      const file = join(folder, 'gateway.yaml');
      await writeFile(
        file,
        `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: 5000, config: { address: "${redis.address}" } }
accessTokens: [{ name: load, role: admin, sha256: ${hashAccessToken(token)} }]
server: { host: 127.0.0.1, port: ${port} }
`,
      );
      const gateway = startGatewayProcess(['serve', '--config', file, '--workers', String(workers)]);
      open.push({ close: async () => void (await gateway.stop()) });
      await gateway.waitFor(/"msg":"listening"/);
      const url = `http://127.0.0.1:${port}`;
      const large = JSON.stringify({
        query: `query ($ids: [ProfileIdInput!]!) {
        profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: $ids) { id { value } exists traits }
      }`,
        variables: {
          ids: Array.from({ length: 100 }, (_, index) => ({ type: 'email', value: `u${index}` })),
        },
      });
      const busyAgent = new Agent({ keepAlive: true });
      let isRunning = true;
      const statuses: (number | undefined)[] = [];
      const callers = Array.from({ length: 60 * workers }, async () => {
        while (isRunning) {
          statuses.push(await post(`${url}/graphql`, busyAgent, token, large));
        }
      });
      // Until all are connected.
      await sleep(1_000);
      const connected = statuses.length;
      await sleep(BUSY_MS);
      const before = statuses.length - connected;

      const newAgent = new Agent({ keepAlive: true });
      const small = JSON.stringify(BODY);
      const askedAt = performance.now();
      const newcomers = Array.from({ length: 600 }, async () => {
        const status = await post(`${url}/v1/activation`, newAgent, token, small);
        return { status, ms: performance.now() - askedAt };
      });
      const probe = new Promise<number>((resolve, reject) => {
        get(`${url}/healthz`, { agent: false }, (answer) => {
          answer.resume();
          resolve(performance.now() - askedAt);
        }).on('error', reject);
      });
      const [probeMs, answers] = await Promise.all([probe, Promise.all(newcomers)]);
      isRunning = false;
      await Promise.all(callers);
      busyAgent.destroy();
      newAgent.destroy();
      expect([...statuses, ...answers.map(({ status }) => status)].filter(isNeither)).toEqual([]);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(500);
      expect(statuses.length).toBeGreaterThan(connected + before);
      // One a turn would be fifty times as long as it takes to answer each caller once, on any machine.
      const onceMs = (BUSY_MS * callers.length) / before;
      expect(probeMs).toBeLessThan(35 * onceMs);
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(35 * onceMs);
    },
  );
});

/** Neither answered nor refused. */
function isNeither(status: number | undefined): boolean {
  return status !== 200 && status !== 503;
}

function holdEventLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    // Nothing else is done meanwhile.
  }
}

function ask(gateway: TestGateway, agent: Agent, body: string): Promise<number | undefined> {
  return post(`${gateway.url}/v1/activation`, agent, tokens.reader, body);
}

/** @returns undefined where the connection broke */
function post(url: string, agent: Agent, token: string, body: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      },
      (answer) => answer.resume().once('end', () => resolve(answer.statusCode)),
    );
    asked.on('error', () => resolve(undefined));
    asked.end(body);
  });
}
