/** What a scrape tells of the traffic before it. */

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import { ERROR_STATUS } from '../../src/errors.js';
import { createGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { metricsText } from '../../src/telemetry/metrics/exposition.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  testConfig,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Scrape, scrape } from '../support/scrape.js';
import { until } from '../support/until.js';

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:broken`, { m: 'not JSON' });
});
afterAll(() => redis.close());

const profile = (value: string, destination = DESTINATION_ID) =>
  `profile(entity: "user", destinationId: "${destination}", idType: "email", idValue: "${value}") { traits }`;
const restBody = (value: string, destinationId = DESTINATION_ID) => ({
  entity: 'user',
  destinationId,
  id: { type: 'email', value },
});

interface Measured {
  readonly gateway: TestGateway;
  readonly port: number;
  scrape(): Promise<Scrape>;
}

async function startMeasured(
  options: Partial<Parameters<typeof startTestGateway>[0]> = {},
): Promise<Measured> {
  const port = await freePort();
  const gateway = await startTestGateway({
    redisPort: redis.port,
    ...options,
    config: { metrics: { host: '127.0.0.1', port }, ...options.config },
  });
  return { gateway, port, scrape: () => scrape(port) };
}

describe('a scrape', () => {
  let measured: Measured;

  beforeAll(async () => {
    measured = await startMeasured({ otherRedisPort: await freePort() });
  });
  afterAll(() => measured.gateway.close());

  it('has what may go wrong from the start, so that the first time shows', async () => {
    const found = await measured.scrape();
    const has = (name: string, labels: Record<string, string>) =>
      found.samples.some(
        (sample) =>
          sample.name === `activation_gateway_${name}` &&
          Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      );
    for (const [code, status] of Object.entries(ERROR_STATUS)) {
      for (const face of ['graphql', 'rest']) {
        expect(has('requests_total', { face, outcome: code, status: String(status) }), code).toBe(true);
        expect(has('errors_total', { face, code }), code).toBe(true);
      }
    }
    for (const destination of [DESTINATION_ID, OTHER_DESTINATION_ID]) {
      expect(has('lookups_total', { face: 'rest', destination, outcome: 'STORE_TIMEOUT' })).toBe(true);
      expect(has('pipelines_total', { destination, outcome: 'overflow' })).toBe(true);
      expect(has('circuits_opened_total', { destination })).toBe(true);
    }
  });

  it('counts requests by face, outcome and status', async () => {
    const { gateway } = measured;
    const before = await measured.scrape();
    await gateway.graphql(`{ ${profile('ada')} }`);
    await gateway.graphql(`{ a: ${profile('ada')} b: ${profile('broken')} }`);
    await gateway.graphql('{ nonsense');
    await gateway.graphql('{ nonsense }');
    await gateway.graphql('{ __typename }', {}, tokens.unknown);
    await gateway.post('/v1/activation', restBody('ada'));
    await gateway.post('/v2/activation', restBody('ada', 'nowhere'));
    await gateway.get('/healthz');
    await gateway.get('/anybody@example.com');
    const after = await measured.scrape();
    const added = (labels: Record<string, string>) =>
      after.sum('activation_gateway_requests_total', labels) -
      before.sum('activation_gateway_requests_total', labels);
    expect(added({ face: 'graphql', outcome: 'ok', status: '200' })).toBe(1);
    expect(added({ face: 'graphql', outcome: 'partial', status: '200' })).toBe(1);
    expect(added({ face: 'graphql', outcome: 'BAD_REQUEST', status: '400' })).toBe(2);
    expect(added({ face: 'graphql', outcome: 'UNAUTHENTICATED', status: '401' })).toBe(1);
    expect(added({ face: 'rest', outcome: 'ok', status: '200' })).toBe(1);
    expect(added({ face: 'rest', outcome: 'INVALID_DESTINATION', status: '404' })).toBe(1);
    expect(added({ face: 'other', outcome: 'ok', status: '200' })).toBe(1);
    expect(added({ face: 'other', outcome: 'NOT_FOUND', status: '404' })).toBe(1);
    expect(added({})).toBe(9);
    expect(after.sum('activation_gateway_requests_in_flight')).toBe(0);
  });

  it('has their time in buckets that fit milliseconds, by class of status', async () => {
    const { gateway } = measured;
    const before = await measured.scrape();
    for (let times = 0; times < 5; times += 1) {
      await gateway.post('/v1/activation', restBody('ada'));
    }
    const after = await measured.scrape();
    const labels = { face: 'rest', class: '2xx' };
    const added = (suffix: string, more: Record<string, string> = {}) =>
      after.sum(`activation_gateway_request_duration_seconds_${suffix}`, { ...labels, ...more }) -
      before.sum(`activation_gateway_request_duration_seconds_${suffix}`, { ...labels, ...more });
    expect(added('count')).toBe(5);
    expect(added('bucket', { le: '+Inf' })).toBe(5);
    expect(added('sum')).toBeGreaterThan(0);
    expect(added('sum')).toBeLessThan(5);
    const bounds = after.samples
      .filter(
        ({ name, labels: { face } }) => name.endsWith('request_duration_seconds_bucket') && face === 'rest',
      )
      .filter(({ labels: found }) => found.class === '2xx')
      .map(({ labels: found }) => Number(found.le?.replace('+Inf', 'Infinity')));
    expect(bounds).toEqual([...bounds].sort((one, other) => one - other));
    expect(bounds[0]).toBe(0.000_25);
    expect(bounds.at(-2)).toBe(1);
  });

  it('counts lookups by destination and by what came of them', async () => {
    const { gateway } = measured;
    const before = await measured.scrape();
    await gateway.graphql(
      `{ a: ${profile('ada')} b: ${profile('ada')} c: ${profile('nobody')} d: ${profile('broken')}
         e: ${profile('ada', OTHER_DESTINATION_ID)} }`,
      {},
      tokens.admin,
    );
    const after = await measured.scrape();
    const added = (destination: string, outcome: string) => {
      const labels = { face: 'graphql', destination, outcome };
      return (
        after.sum('activation_gateway_lookups_total', labels) -
        before.sum('activation_gateway_lookups_total', labels)
      );
    };
    // What is stored for `broken` is found; that it is no JSON shows when it is read.
    expect(added(DESTINATION_ID, 'found')).toBe(3);
    expect(added(DESTINATION_ID, 'missing')).toBe(1);
    expect(added(DESTINATION_ID, 'MALFORMED_TRAITS')).toBe(0);
    expect(added(OTHER_DESTINATION_ID, 'STORE_UNAVAILABLE')).toBe(1);
    const told = (code: string) =>
      after.sum('activation_gateway_errors_total', { face: 'graphql', code }) -
      before.sum('activation_gateway_errors_total', { face: 'graphql', code });
    expect(told('MALFORMED_TRAITS')).toBe(1);
    expect(told('STORE_UNAVAILABLE')).toBe(1);
  });

  it('tells batches and pipelines: how large, how long, what came of them', async () => {
    const { gateway } = measured;
    const before = await measured.scrape();
    const ids = Array.from({ length: 60 }, (_, index) => ({ type: 'email', value: `u${index}` }));
    await gateway.graphql(
      'query ($d: ID!, $ids: [ProfileIdInput!]!) { profiles(entity: "user", destinationId: $d, ids: $ids) { exists } }',
      { d: DESTINATION_ID, ids },
    );
    const after = await measured.scrape();
    const added = (name: string, labels: Record<string, string> = {}) => {
      const all = { destination: DESTINATION_ID, ...labels };
      return after.sum(`activation_gateway_${name}`, all) - before.sum(`activation_gateway_${name}`, all);
    };
    expect(added('batch_profiles_count')).toBe(1);
    expect(added('batch_profiles_sum')).toBe(60);
    expect(added('batch_profiles_bucket', { le: '50' })).toBe(0);
    expect(added('batch_profiles_bucket', { le: '100' })).toBe(1);
    expect(added('batch_duration_seconds_count')).toBe(1);
    expect(added('pipelines_total', { outcome: 'ok' })).toBe(1);
    expect(added('pipeline_commands_sum')).toBe(60);
    expect(added('pipeline_duration_seconds_count')).toBe(1);
    expect(added('pipeline_duration_seconds_sum')).toBeLessThanOrEqual(added('batch_duration_seconds_sum'));
  });

  it('tells what is kept ready, and what version this is', async () => {
    const { gateway } = measured;
    const query = `{ once: ${profile('ada')} }`;
    const before = await measured.scrape();
    await gateway.graphql(query);
    await gateway.graphql(query);
    const after = await measured.scrape();
    const added = (name: string, labels: Record<string, string> = {}) =>
      after.sum(`activation_gateway_${name}`, labels) - before.sum(`activation_gateway_${name}`, labels);
    expect(added('operations_total', { known: 'false' })).toBe(1);
    expect(added('operations_total', { known: 'true' })).toBe(1);
    expect(added('known_operations')).toBe(1);
    expect(added('known_operations_characters')).toBe(query.length);
    expect(after.sum('activation_gateway_build_info', { version: '0.1.0' })).toBe(1);
    expect(after.sum('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(after.sum('nodejs_heap_size_used_bytes')).toBeGreaterThan(0);
  });

  it('tells how late timers are', async () => {
    const before = await measured.scrape();
    const until = performance.now() + 60;
    while (performance.now() < until) {
      // Holds the event loop.
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
    const after = await measured.scrape();
    const slow = (found: Scrape) =>
      found.sum('activation_gateway_event_loop_delay_seconds_count') -
      found.sum('activation_gateway_event_loop_delay_seconds_bucket', { le: '0.025' });
    expect(slow(after) - slow(before)).toBeGreaterThanOrEqual(1);
  });

  it('counts a request whose caller hangs up as one that has ended', async () => {
    const socket = connect(measured.gateway.port, '127.0.0.1');
    const head = `POST /v1/activation HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens.reader}\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"entity":`);
    const inFlight = async () => (await measured.scrape()).sum('activation_gateway_requests_in_flight');
    await expect.poll(inFlight).toBe(1);
    socket.destroy();
    await expect.poll(inFlight).toBe(0);
  });

  it('is given to GET /metrics alone, and profiles are not there', async () => {
    const at = (path: string, method = 'GET') =>
      fetch(`http://127.0.0.1:${measured.port}${path}`, { method }).then(({ status }) => status);
    expect(await at('/metrics', 'HEAD')).toBe(200);
    expect(await at('/metrics', 'POST')).toBe(405);
    expect(await at('/graphql')).toBe(404);
    expect((await measured.gateway.get('/metrics')).status).toBe(404);
  });
});

describe('what cannot be read as a request', () => {
  it('is counted by why', async () => {
    const measured = await startMeasured({ server: { requestTimeoutMs: 1_000 } });
    const send = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(measured.gateway.port, '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('error', reject).on('close', () => resolve(answer));
      });
    try {
      const [large, malformed, slow] = await Promise.all([
        send(`GET /healthz HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`),
        send('this is no request\r\n\r\n'),
        send('GET /healthz HTTP/1.1\r\nhost:'),
      ]);
      expect([large, malformed, slow].map((answer) => answer.slice(9, 12))).toEqual(['431', '400', '408']);
      const found = await measured.scrape();
      for (const reason of ['headers_too_large', 'malformed', 'too_slow']) {
        expect(found.sum('activation_gateway_unreadable_requests_total', { reason }), reason).toBe(1);
      }
    } finally {
      await measured.gateway.close();
    }
  });
});

describe('a Redis that answers with errors alone', () => {
  it('shows as such, and writes no line a lookup', async () => {
    const own = await startRedis();
    const logged = createLogged();
    const measured = await startMeasured({ redisPort: own.port, logger: logged.logger });
    try {
      expect((await measured.gateway.post('/v1/activation', restBody('ada'))).status).toBe(200);
      await own.client.call('ACL', 'SETUSER', 'default', '-hgetall');
      for (let times = 0; times < 5; times += 1) {
        expect((await measured.gateway.post('/v1/activation', restBody('ada'))).status).toBe(503);
      }
      const found = await measured.scrape();
      const pipelines = { destination: DESTINATION_ID, outcome: 'error' };
      expect(found.sum('activation_gateway_pipelines_total', pipelines)).toBe(5);
      const told = () => logged.lines().filter(({ msg }) => msg === 'Redis did not serve some lookups');
      const lookups = () => told().reduce((sum, line) => sum + Number(line.lookups), 0);
      expect(told()[0]).toMatchObject({ reason: 'NOPERM', lookups: 1 });
      await until('all are told', () => expect(lookups()).toBe(5));
      expect(told().length).toBeLessThan(5);
    } finally {
      await measured.gateway.close();
      await own.close();
    }
  });
});

describe('a request of several operations', () => {
  it('is partial where one of them went wrong, whichever, and its errors are counted', async () => {
    const measured = await startMeasured({
      config: { limits: { ...DEFAULT_LIMITS, operations: { max: 5, mode: 'enforce' } } },
    });
    try {
      const [well, badly] = ['ada', 'broken'].map((value) => ({ query: `{ ${profile(value)} }` }));
      for (const operations of [
        [well, badly],
        [badly, well],
        [well, well],
      ]) {
        expect((await measured.gateway.post('/graphql', operations)).status).toBe(200);
      }
      const found = await measured.scrape();
      const requests = { face: 'graphql', status: '200' };
      expect(found.sum('activation_gateway_requests_total', { ...requests, outcome: 'partial' })).toBe(2);
      expect(found.sum('activation_gateway_requests_total', { ...requests, outcome: 'ok' })).toBe(1);
      const errors = { face: 'graphql', code: 'MALFORMED_TRAITS' };
      expect(found.sum('activation_gateway_errors_total', errors)).toBe(2);
    } finally {
      await measured.gateway.close();
    }
  });
});

describe('a Redis that goes away', () => {
  it('shows: no connection, circuits that opened, pipelines that were not answered; and comes back', async () => {
    const own = await startRedis();
    const measured = await startMeasured({ redisPort: own.port, otherRedisPort: redis.port, timeoutMs: 50 });
    const at = { destination: DESTINATION_ID };
    try {
      await measured.gateway.post('/v1/activation', restBody('ada'));
      const up = await measured.scrape();
      expect(up.sum('activation_gateway_redis_up', at)).toBe(1);
      expect(up.sum('activation_gateway_circuits', { ...at, state: 'closed' })).toBe(1);
      own.pause();
      for (let times = 0; times < 7; times += 1) {
        await measured.gateway.post('/v1/activation', restBody('ada'));
      }
      const paused = await measured.scrape();
      expect(paused.sum('activation_gateway_pipelines_total', { ...at, outcome: 'timeout' })).toBe(5);
      expect(paused.sum('activation_gateway_pipelines_total', { ...at, outcome: 'circuit_open' })).toBe(2);
      expect(paused.sum('activation_gateway_circuits_opened_total', at)).toBe(1);
      expect(paused.sum('activation_gateway_circuits', { ...at, state: 'open' })).toBe(1);
      expect(paused.sum('activation_gateway_lookups_total', { ...at, outcome: 'STORE_TIMEOUT' })).toBe(5);
      own.resume();
      await own.stop();
      await expect.poll(async () => (await measured.scrape()).sum('activation_gateway_redis_up', at)).toBe(0);
      await own.restart();
      await expect
        .poll(async () => (await measured.scrape()).sum('activation_gateway_redis_up', at), {
          timeout: 5_000,
        })
        .toBe(1);
    } finally {
      own.resume();
      await measured.gateway.close();
      await own.close();
    }
  });
});

describe('limits', () => {
  it('show: refusals by their code, what is only measured by the limit’s name', async () => {
    const measured = await startMeasured({
      config: {
        limits: {
          ...testConfig({ redisPort: redis.port }).limits,
          aliases: { max: 0, mode: 'measure' },
          depth: { max: 1, mode: 'enforce' },
          rate: { lookups: 3, seconds: 600, mode: 'enforce' },
        },
      },
    });
    try {
      const { gateway } = measured;
      await gateway.graphql('{ a: __typename }');
      await gateway.graphql(`{ ${profile('ada')} viewer { profile { traits } } }`);
      for (let times = 0; times < 5; times += 1) {
        await gateway.post('/v1/activation', restBody('ada'));
      }
      const found = await measured.scrape();
      expect(found.sum('activation_gateway_over_limit_total', { limit: 'aliases' })).toBe(1);
      expect(found.sum('activation_gateway_requests_total', { outcome: 'LIMIT_EXCEEDED' })).toBe(1);
      expect(found.sum('activation_gateway_requests_total', { face: 'rest', outcome: 'RATE_LIMITED' })).toBe(
        2,
      );
      expect(found.sum('activation_gateway_lookups_total', { face: 'rest', outcome: 'RATE_LIMITED' })).toBe(
        2,
      );
    } finally {
      await measured.gateway.close();
    }
  });
});

describe('whatever is sent', () => {
  it('makes no series of its own, and is not told', async () => {
    const measured = await startMeasured();
    try {
      await sendAnything(measured.gateway, 'warm');
      await sendAnything(measured.gateway, 'warm');
      const before = await measured.scrape();
      const sent: string[] = [];
      for (let round = 0; round < 40; round += 1) {
        sent.push(...(await sendAnything(measured.gateway, randomBytes(9).toString('hex'))));
      }
      const after = await measured.scrape();
      const series = (found: Scrape) =>
        new Set(found.samples.map(({ name, labels }) => JSON.stringify([name, labels])));
      // What the process itself has open (sockets, timers) comes and goes.
      const own = (found: Scrape) =>
        [...series(found)].filter((key) => key.includes('activation_gateway_')).sort();
      expect(own(after)).toEqual(own(before));
      expect(series(after).size).toBeLessThan(600);
      expect(sent.length).toBeGreaterThan(400);
      expect(sent.filter((value) => after.text.includes(value))).toEqual([]);
      for (const token of Object.values(tokens)) {
        expect(after.text).not.toContain(token);
      }
    } finally {
      await measured.gateway.close();
    }
  });

  /** Requests of every kind with values that nobody has seen. @returns the values */
  async function sendAnything(gateway: TestGateway, seed: string): Promise<string[]> {
    const names = [
      'entity',
      'idtype',
      'value',
      'destination',
      'token',
      'path',
      'model',
      'trait',
      'alias',
      'header',
      'method',
    ];
    const value = Object.fromEntries(names.map((name) => [name, `${name}_${seed}`]));
    const id = {
      entity: value.entity,
      destinationId: DESTINATION_ID,
      id: { type: value.idtype, value: value.value },
    };
    await Promise.all([
      gateway.post('/v1/activation', id),
      gateway.post('/v2/activation', { ...id, destinationId: value.destination }),
      gateway.post('/v1/activation', id, value.token),
      gateway.post('/v1/activation', { ...id, entity: `${value.entity}:` }),
      gateway.post(`/${value.path}`, {}),
      gateway.get(`/${value.path}?${value.path}`),
      gateway.get(`/graphql?query={${value.alias}:__typename}`, { authorization: `Bearer ${tokens.reader}` }),
      gateway.graphql(
        `query ${value.alias} { ${value.alias}: profile(entity: "${value.entity}", destinationId: "${DESTINATION_ID}", idType: "${value.idtype}", idValue: "${value.value}") { traits(models: ["${value.model}"], names: ["${value.trait}"]) } }`,
      ),
      gateway.graphql(`{ ${value.alias} }`),
      gateway.graphql(
        `{ profile(entity: "user", destinationId: "${value.destination}", idType: "a", idValue: "b") { exists } }`,
      ),
      gateway.post('/v1/profile-tokens', { ...id, ids: [id.id] }, tokens.admin),
      gateway.post('/v1/activation', id, tokens.reader, {
        'x-request-id': String(value.header),
        'user-agent': String(value.header),
        origin: `https://${value.header?.replaceAll('_', '-')}.example`,
        traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
      }),
      fetch(`${gateway.url}/graphql`, { method: 'PROPFIND' }),
    ]);
    return [seed, ...Object.values(value)];
  }
});

describe('without metrics in the configuration', () => {
  it('nothing is counted, and nobody listens', async () => {
    const gateway = createGateway({
      config: testConfig({ redisPort: redis.port }),
      logger: createLogger({ level: 'silent' }),
    });
    await gateway.listen();
    expect(await gateway.readMetrics()).toEqual([]);
    await gateway.close();
  });
});

describe('a gateway in a server of somebody else’s', () => {
  it('gives its metrics to be served there, and opens no port for them', async () => {
    const port = await freePort();
    const gateway = createGateway({
      config: testConfig({ redisPort: redis.port, config: { metrics: { host: '127.0.0.1', port } } }),
      logger: createLogger({ level: 'silent' }),
      serveMetrics: false,
    });
    await gateway.listen();
    const text = await metricsText([await gateway.readMetrics()]);
    expect(text).toMatch(/^activation_gateway_build_info\{version="[^"]+"\} 1$/m);
    await expect(scrape(port)).rejects.toThrow('fetch failed');
    await gateway.close();
  });
});
