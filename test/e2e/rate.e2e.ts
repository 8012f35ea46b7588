/** What a token may read in a time. Apart from the other limits, because here requests are counted. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken } from '../../src/access/access-token.js';
import type { LimitsConfig } from '../../src/config/config.js';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, startTestGateway, type TestGateway, tokens } from '../support/gateway.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let redis: RedisServer;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});
afterAll(() => redis.close());

async function start(options: Partial<Parameters<typeof startTestGateway>[0]> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ redisPort: redis.port, ...options });
  gateways.push(gateway);
  return gateway;
}

const withLimits = (limits: Partial<LimitsConfig>) => ({
  config: { limits: { ...DEFAULT_LIMITS, ...limits } },
});
const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const profile = (selection: string, value = 'ada') =>
  `profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "${value}") { ${selection} }`;

/** Each a document that goes past one limit by one, and what is said. */
describe('the rate of a token', () => {
  const ask = (gateway: TestGateway, count: number, token = tokens.reader) =>
    gateway.graphql(`{ ${repeat(count, (i) => `a${i}: ${profile('exists', `u-${i}`)}`)} }`, {}, token);
  const rate = (more: object = {}) =>
    withLimits({ rate: { lookups: 5, seconds: 60, mode: 'enforce', ...more } });

  it('is told in headers, and refuses with 429 and Retry-After what goes past it, over both faces', async () => {
    const gateway = await start(rate());
    const first = await ask(gateway, 3);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"lookups";q=5;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"lookups";r=2;t=(60|59)$/);
    const refused = await ask(gateway, 3);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit')).toMatch(/r=0/);
    expect(refused.json).toEqual({
      errors: [
        {
          message: 'The access token has made more than its 5 lookups in 60 s',
          extensions: { code: 'RATE_LIMITED' },
        },
      ],
    });
    const body = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };
    const rest = await gateway.post('/v1/activation', body);
    expect(rest.status).toBe(429);
    expect(rest.json).toEqual({ error: 'The access token has made more than its 5 lookups in 60 s' });
  });

  it('is each token’s own, and counts a profile that is asked for twice once', async () => {
    const gateway = await start(rate());
    const twice = await gateway.graphql(`{ a: ${profile('exists')} b: ${profile('exists')} }`);
    expect(twice.headers.get('ratelimit')).toMatch(/r=4/);
    expect((await ask(gateway, 5)).status).toBe(429);
    expect((await ask(gateway, 5, tokens.admin)).status).toBe(200);
  });

  it('can be a token’s own', async () => {
    const accessTokens = [
      {
        name: 'many',
        sha256: hashAccessToken(tokens.admin),
        role: 'admin' as const,
        rate: { lookups: 50, seconds: 1 },
      },
      { name: 'usual', sha256: hashAccessToken(tokens.reader), role: 'admin' as const },
    ];
    const { config } = rate();
    const gateway = await start({ config: { ...config, accessTokens } });
    expect((await ask(gateway, 40, tokens.admin)).headers.get('ratelimit-policy')).toBe('"lookups";q=50;w=1');
    expect((await ask(gateway, 40)).status).toBe(429);
  });

  it('is full again after its time', async () => {
    const gateway = await start(rate({ seconds: 1 }));
    expect((await ask(gateway, 5)).status).toBe(200);
    expect((await ask(gateway, 5)).status).toBe(429);
    await expect
      .poll(async () => (await ask(gateway, 1)).status, { timeout: 3_000, interval: 200 })
      .toBe(200);
  });

  it('is only measured where it shall not refuse yet', async () => {
    const logged = createLogged();
    const gateway = await start({ ...rate({ mode: 'measure' }), logger: logged.logger });
    expect((await ask(gateway, 9)).status).toBe(200);
    expect(logged.lines()).toContainEqual(
      expect.objectContaining({ limit: 'rate', max: 5, token: 'reader' }),
    );
  });

  it('is counted by all gateways together in a Redis, and by each for itself while that is away', async () => {
    const shared = await startRedis();
    const settings = {
      addresses: [{ host: '127.0.0.1', port: shared.port }],
      database: 0,
      readFrom: 'primary' as const,
      prefix: '',
      useJSONModule: false,
    };
    const logged = createLogged();
    const one = await start({ ...rate({ redis: settings }), logger: logged.logger });
    const other = await start({ ...rate({ redis: settings }) });
    await expect.poll(() => logged.text()).toContain('counted together');
    expect((await ask(one, 3)).headers.get('ratelimit')).toMatch(/r=2/);
    await expect.poll(async () => (await ask(other, 1)).headers.get('ratelimit')).toMatch(/r=[01]/);
    expect((await ask(one, 3)).status).toBe(429);
    expect(await shared.client.keys('*')).toEqual(['activation-gateway:rate:reader']);

    await shared.close();
    const answer = await ask(one, 3);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit')).toMatch(/r=2/);
    await expect.poll(() => logged.text()).toContain('counted by each gateway for itself');
  });

  it('costs no request more than a moment where its Redis was never there', async () => {
    const settings = {
      addresses: [{ host: '127.0.0.1', port: await freePort() }],
      database: 0,
      readFrom: 'primary' as const,
      prefix: '',
      useJSONModule: false,
    };
    const gateway = await start(rate({ redis: settings }));
    expect((await ask(gateway, 5)).status).toBe(200);
    expect((await ask(gateway, 5)).status).toBe(429);
  });
});
