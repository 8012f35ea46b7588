import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken } from '../../src/access/access-token.js';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { createLogged, type Logged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const KEY = 'a key for the audit of this test';

let redis: RedisServer;
let gateway: TestGateway;
let logged: Logged;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada@example.com`, { m: '{"A":1}' });
  logged = createLogged();
  gateway = await startTestGateway({
    redisPort: redis.port,
    // Nobody answers there.
    otherRedisPort: await freePort(),
    logger: logged.logger,
    config: {
      audit: { enabled: true, idKey: KEY, sampleSuccesses: 1 },
      accessTokens: [
        {
          name: 'web',
          sha256: hashAccessToken(tokens.reader),
          role: 'reader',
          destinations: ['*'],
          idTypes: ['email'],
        },
        { name: 'all', sha256: hashAccessToken(tokens.admin), role: 'admin' },
      ],
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

/** The audit line of one request. */
async function lineOf(
  ask: (headers: Record<string, string>) => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const requestId = `audit-${Math.random()}`;
  await ask({ 'x-request-id': requestId });
  const lines = logged.lines().filter((line) => line.requestId === requestId && line.msg === 'request');
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
}

const profile = (idType: string, value: string, destination = DESTINATION_ID) =>
  `profile(entity: "user", destinationId: "${destination}", idType: "${idType}", idValue: "${value}") { exists traits }`;
const hashOf = (value: string) =>
  createHmac('sha256', KEY).update(`user:email:${value}`).digest('hex').slice(0, 32);

describe('the audit line', () => {
  it('says who read what, how many of it and what came of it', async () => {
    const query = `{
      a: ${profile('email', 'ada@example.com')}
      b: ${profile('email', 'nobody@example.com')}
      c: ${profile('phone', '123')}
      d: ${profile('email', 'ada@example.com', OTHER_DESTINATION_ID)}
    }`;
    await gateway.prepare(query, {}, tokens.reader);
    const line = await lineOf((headers) => gateway.graphql(query, {}, tokens.reader, headers));
    expect(line).toEqual({
      level: 30,
      time: expect.any(String),
      msg: 'request',
      requestId: expect.any(String),
      token: 'web',
      method: 'POST',
      path: '/graphql',
      status: 200,
      ms: expect.any(Number),
      lookups: expect.arrayContaining([
        {
          destinationId: DESTINATION_ID,
          entity: 'user',
          idType: 'email',
          count: 2,
          missing: 1,
          ids: expect.arrayContaining([hashOf('ada@example.com'), hashOf('nobody@example.com')]),
        },
        {
          destinationId: DESTINATION_ID,
          entity: 'user',
          idType: 'phone',
          count: 1,
          failed: { FORBIDDEN: 1 },
          ids: [expect.any(String)],
        },
        {
          destinationId: OTHER_DESTINATION_ID,
          entity: 'user',
          idType: 'email',
          count: 1,
          failed: { STORE_UNAVAILABLE: 1 },
          ids: [hashOf('ada@example.com')],
        },
      ]),
    });
  });

  it('is there for REST and for requests that are refused, whoever sent them', async () => {
    const body = {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value: 'ada@example.com' },
    };
    expect(
      await lineOf((headers) => gateway.post('/v1/activation', body, tokens.reader, headers)),
    ).toMatchObject({
      path: '/v1/activation',
      status: 200,
      lookups: [{ count: 1, ids: [hashOf('ada@example.com')] }],
    });
    const refused = await lineOf((headers) => gateway.post('/v1/activation', body, tokens.unknown, headers));
    expect(refused).toMatchObject({ status: 401 });
    expect(refused).not.toHaveProperty('token');
    expect(refused).not.toHaveProperty('lookups');
    const nowhere = await lineOf((headers) => gateway.get('/v1/activation/ada@example.com', headers));
    expect(nowhere).toMatchObject({ status: 404, path: '?' });
  });

  it('has no name that may be an id in the wrong place', async () => {
    const query = `{ profile(entity: "Ada Lovelace", destinationId: "${DESTINATION_ID}", idType: "ada@example.com", idValue: "x") { exists } }`;
    await gateway.prepare(query, {}, tokens.admin);
    const line = await lineOf((headers) => gateway.graphql(query, {}, tokens.admin, headers));
    expect(line).toMatchObject({ lookups: [{ entity: '?', idType: '?', count: 1 }] });
  });

  it('is not written for probes and pages', async () => {
    const before = logged.lines().length;
    await gateway.get('/healthz');
    await gateway.get('/');
    expect(logged.lines().length).toBe(before);
  });

  it('holds no token, no id value and no trait', () => {
    for (const secret of [
      tokens.reader,
      tokens.admin,
      tokens.unknown,
      'ada@example.com',
      'nobody',
      'Lovelace',
      KEY,
    ]) {
      expect(logged.text()).not.toContain(secret);
    }
  });

  it('can be switched off, and has no ids without a key', async () => {
    for (const audit of [
      { enabled: false, idKey: KEY, sampleSuccesses: 1 },
      { enabled: true, sampleSuccesses: 1 },
    ]) {
      const quiet = createLogged();
      const other = await startTestGateway({
        redisPort: redis.port,
        logger: quiet.logger,
        config: { audit },
      });
      const query = `{ ${profile('email', 'ada@example.com')} }`;
      await other.prepare(query);
      const before = quiet.lines().length;
      await other.graphql(query);
      await other.close();
      const lines = quiet
        .lines()
        .slice(before)
        .filter(({ msg }) => msg === 'request');
      expect(lines).toHaveLength(audit.enabled ? 1 : 0);
      expect(JSON.stringify(lines)).not.toContain('"ids"');
    }
  });

  it('can be a sample of what went well; whatever failed, in whole or in part, has its line all the same', async () => {
    const sampled = createLogged();
    const other = await startTestGateway({
      redisPort: redis.port,
      logger: sampled.logger,
      config: { audit: { enabled: true, sampleSuccesses: 0.25 } },
    });
    const malformed = `${WORKSPACE_ID}:${DESTINATION_ID}:user:email:malformed@example.com`;
    await redis.client.hset(malformed, { m: 'no JSON' });
    const [fine, bad] = [profile('email', 'ada@example.com'), profile('email', 'malformed@example.com')];
    const body = {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value: 'ada@example.com' },
    };
    for (let times = 0; times < 400; times += 1) {
      await other.post('/v1/activation', body);
    }
    for (let times = 0; times < 20; times += 1) {
      await other.graphql(`{ a: ${fine} b: ${bad} }`, {}, tokens.reader, {
        'x-request-id': `partial-${times}`,
      });
      await other.graphql(`{ ${fine} }`, {}, tokens.unknown, { 'x-request-id': `refused-${times}` });
    }
    await other.close();
    const lines = sampled.lines().filter(({ msg }) => msg === 'request');
    const whole = new Set(lines.filter((line) => !('sampled' in line)).map(({ requestId }) => requestId));
    const successes = lines.filter((line) => line.sampled === 0.25);
    for (let times = 0; times < 20; times += 1) {
      expect(whole).toContain(`partial-${times}`);
      expect(whole).toContain(`refused-${times}`);
    }
    expect(whole.size).toBe(40);
    expect(successes.every(({ path }) => path === '/v1/activation')).toBe(true);
    // Outside of 60 to 140 once in a million runs.
    expect(successes.length).toBeGreaterThanOrEqual(60);
    expect(successes.length).toBeLessThanOrEqual(140);
  });
});
