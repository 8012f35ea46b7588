import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimGrant } from '../../src/access/identity-providers/claim-grant.js';
import { createProviderKeys } from '../../src/access/identity-providers/provider-keys.js';
import { GatewayError } from '../../src/errors.js';
import { freePort } from '../support/free-port.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const MINUTE_MS = 60_000;

describe('the keys of an identity provider', () => {
  let provider: TestIdentityProvider;
  let nowMs = Date.now();
  let failures: string[] = [];

  beforeAll(async () => {
    provider = await startIdentityProvider();
  });
  afterAll(() => provider.close());
  afterEach(() => {
    failures = [];
    provider.setAway(false);
  });

  function keys() {
    const findKey = createProviderKeys({
      issuer: provider.issuer,
      jwksUri: provider.jwksUri,
      onFailure: (reason) => failures.push(reason),
      now: () => nowMs,
    })(undefined);
    return async (token: string) => {
      try {
        await jwtVerify(token, findKey);
        return 'good';
      } catch (error) {
        return error instanceof GatewayError ? error.code : (error as { code: string }).code;
      }
    };
  }

  it('are fetched once for many tokens at once', async () => {
    const verify = keys();
    const before = provider.fetches();
    const token = await provider.sign({});
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => verify(token))))).toEqual(
      new Set(['good']),
    );
    expect(provider.fetches() - before).toBe(1);
  });

  it('that are rotated are found, and the old ones no longer taken', async () => {
    const verify = keys();
    const old = await provider.sign({});
    expect(await verify(old)).toBe('good');
    await provider.rotate();
    nowMs += MINUTE_MS;
    expect(await verify(await provider.sign({}))).toBe('good');
    expect(await verify(old)).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });

  it('that nobody has are not asked for again and again', async () => {
    const verify = keys();
    const unknown = await provider.sign({});
    await provider.rotate();
    expect(await verify(await provider.sign({}))).toBe('good');
    const before = provider.fetches();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(await verify(unknown)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    }
    expect(provider.fetches() - before).toBeLessThanOrEqual(1);
  });

  it('that never came are a clear failure, and asked for again after a pause', async () => {
    const verify = keys();
    const token = await provider.sign({});
    provider.setAway(true);
    const before = provider.fetches();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(await verify(token)).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
    }
    expect(provider.fetches() - before).toBe(1);
    expect(failures).toEqual(['ERR_JOSE_GENERIC']);
    provider.setAway(false);
    nowMs += 3_000;
    expect(await verify(token)).toBe('good');
  });

  it('are used for a day while the provider is away, and no longer', async () => {
    const verify = keys();
    const token = await provider.sign({ exp: Math.floor(Date.now() / 1000) + 1_000_000 });
    expect(await verify(token)).toBe('good');
    provider.setAway(true);
    nowMs += 23 * 60 * MINUTE_MS;
    expect(await verify(token)).toBe('good');
    expect(await verify(token)).toBe('good');
    nowMs += 2 * 60 * MINUTE_MS;
    expect(await verify(token)).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
  });

  it('are fetched anew beside the requests once they are ten minutes old', async () => {
    const verify = keys();
    const token = await provider.sign({});
    await verify(token);
    const before = provider.fetches();
    nowMs += 11 * MINUTE_MS;
    expect(await verify(token)).toBe('good');
    await expect.poll(() => provider.fetches() - before).toBe(1);
  });
});

describe('claims', () => {
  const fits = (claims: Record<string, string[]>, payload: object) =>
    claimGrant({ claims, role: 'admin' })({ ...payload }) !== undefined;

  it.each([
    [{ group: ['a'] }, { group: 'a' }, true],
    [{ group: ['a'] }, { group: ['b', 'a'] }, true],
    [{ group: ['a', 'b'] }, { group: 'b' }, true],
    [{ group: ['a'] }, { group: 'ab' }, false],
    [{ group: ['a'] }, { group: 'b a' }, false],
    [{ scope: ['read'] }, { scope: 'write read' }, true],
    [{ verified: ['true'] }, { verified: true }, true],
    [{ verified: ['true'] }, { verified: false }, false],
    [{ level: ['3'] }, { level: 3 }, true],
    [{ a: ['1'], b: ['2'] }, { a: '1' }, false],
    [{ 'realm_access.roles': ['reader'] }, { realm_access: { roles: ['x', 'reader'] } }, true],
    [{ 'https://example.com/role': ['x'] }, { 'https://example.com/role': 'x' }, true],
    [{ constructor: ['x'] }, {}, false],
    [{ '__proto__.x': ['1'] }, {}, false],
    [{ group: [''] }, { group: '' }, false],
    [{ group: ['[object Object]'] }, { group: {} }, false],
    [{}, {}, true],
  ])('%j fits %j: %s', (claims, payload, expected) => {
    expect(fits(claims, payload)).toBe(expected);
  });

  it('of a viewer must name at least one of the ids', () => {
    const viewer = claimGrant({
      claims: {},
      role: 'viewer',
      destination: 'd',
      entity: 'user',
      ids: { email: 'email', user_id: 'sub' },
    });
    expect(viewer({ sub: '42' })?.subject).toEqual({
      destinationId: 'd',
      entity: 'user',
      ids: [{ type: 'user_id', value: '42' }],
    });
    expect(viewer({})).toBeUndefined();
    expect(viewer({ email: {} })).toBeUndefined();
  });
});

describe('a gateway whose identity provider is away', () => {
  let redis: RedisServer;
  let gateway: TestGateway;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await gateway?.close();
    await redis.close();
  });

  it('says so with 503 and Retry-After, and goes on serving its own tokens', async () => {
    const provider = await startIdentityProvider();
    const token = await provider.sign({});
    await provider.close();
    gateway = await startTestGateway({
      redisPort: redis.port,
      config: {
        identityProviders: [
          {
            issuer: provider.issuer,
            audience: ['activation-gateway'],
            jwksUri: `http://127.0.0.1:${await freePort()}/keys`,
            algorithms: ['ES256'],
            grants: [{ claims: {}, role: 'admin' }],
          },
        ],
      },
    });
    const refused = await gateway.graphql('{ destinations { id } }', {}, token);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.json).toMatchObject({
      errors: [{ extensions: { code: 'IDENTITY_PROVIDER_UNAVAILABLE' } }],
    });
    expect((await gateway.graphql('{ destinations { id } }')).status).toBe(200);
  });
});
