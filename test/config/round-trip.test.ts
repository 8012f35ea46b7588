import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type {
  AccessTokenConfig,
  Config,
  DestinationConfig,
  IdentityProviderConfig,
  LimitsConfig,
  ProfileTokensConfig,
  RedisSettings,
  ServerConfig,
} from '../../src/config/config.js';
import { parseConfig } from '../../src/config/load.js';

const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
const someText = text.filter((value) => value !== '');
const id = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((value) => /^(?!!)[^:*\s\p{Cc}\p{Cs}]+$/u.test(value));
const pem = fc
  .stringMatching(/^[A-Za-z0-9+/]{1,64}$/)
  .map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`);
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());

const redis: fc.Arbitrary<RedisSettings> = fc
  .record(
    {
      addresses: fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      username: someText,
      password: someText,
      database: fc.integer({ min: 0, max: 999_999_999 }),
      clusterMode: fc.boolean(),
      readFrom: fc.constantFrom('primary' as const, 'replica' as const, 'prefer-replica' as const),
      tls: fc.record(
        { skipVerify: fc.boolean(), caCertificate: pem, serverName: someText },
        { requiredKeys: ['skipVerify'] },
      ),
      prefix: text,
      useJSONModule: fc.boolean(),
    },
    { requiredKeys: ['addresses', 'database', 'readFrom', 'prefix', 'useJSONModule'] },
  )
  .filter(({ addresses, clusterMode }) => addresses.length === 1 || clusterMode !== false);

const identity = { workspaceId: id, name: someText, enabled: fc.boolean() };
const destination = fc.oneof(
  fc.record({
    kind: fc.constant('redis' as const),
    id,
    ...identity,
    type: fc.constant('REDIS' as const),
    timeoutMs: fc.integer({ min: 1, max: 60_000 }),
    maxProfileBytes: fc.integer({ min: 1_000, max: 512_000_000 }),
    redis,
    layout: fc.oneof(
      fc.constant({ type: 'profiles' as const }),
      fc.record({ type: fc.constant('event-stream' as const), idType: someText, model: someText }),
    ),
  }),
  fc.record({
    kind: fc.constant('other' as const),
    id,
    ...identity,
    type: someText.filter((type) => type !== 'REDIS'),
  }),
) satisfies fc.Arbitrary<DestinationConfig>;

const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const seconds = fc.integer({ min: 1, max: 86_400 });
const tokenIdentity = {
  name: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  expiresAt: date,
  previous: fc.record({ sha256: fc.stringMatching(/^[0-9a-f]{64}$/), expiresAt: date }),
  rate: fc.record({ lookups: fc.integer({ min: 1, max: 1_000_000_000 }), seconds }),
};
const pattern = someText.filter((value) => !/^!*$/.test(value));
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
const grant = {
  entities: patterns,
  idTypes: patterns,
  models: patterns,
  traits: fc.array(
    fc.tuple(pattern, someText).map(([model, trait]) => `${model}.${trait}`),
    { minLength: 1, maxLength: 3 },
  ),
};
const accessToken = (ids: readonly string[]): fc.Arbitrary<AccessTokenConfig> =>
  fc.oneof(
    fc.record(
      { ...tokenIdentity, role: fc.constant('admin' as const) },
      { requiredKeys: ['name', 'sha256', 'role'] },
    ),
    fc.record(
      {
        ...tokenIdentity,
        role: fc.constant('reader' as const),
        destinations: fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }),
        ...grant,
      },
      { requiredKeys: ['name', 'sha256', 'role', 'destinations'] },
    ),
  );

const server: fc.Arbitrary<ServerConfig> = fc.record({
  host: someText,
  port: fc.integer({ min: 0, max: 65_535 }),
  graphiql: fc.boolean(),
  landingPage: fc.constantFrom('brief' as const, 'full' as const),
  introspection: fc.constantFrom('public' as const, 'authenticated' as const, 'off' as const),
  requestTimeoutMs: fc.integer({ min: 1_000, max: 600_000 }),
  drainSeconds: fc.integer({ min: 0, max: 600 }),
  cors: fc.record({
    origins: fc.array(
      fc.domain().map((domain) => `https://${domain}`),
      { maxLength: 2 },
    ),
    maxAgeSeconds: fc.integer({ min: 0, max: 86_400 }),
  }),
});

const mode = fc.constantFrom('enforce' as const, 'measure' as const);
const limit = fc.record({ max: fc.integer({ min: 1, max: 100 }), mode });
const limits: fc.Arbitrary<LimitsConfig> = fc.record({
  depth: limit,
  aliases: limit,
  tokens: limit,
  directives: limit,
  fields: limit,
  duplicates: limit,
  operations: limit,
  lookups: limit,
  rate: fc.record(
    { lookups: fc.integer({ min: 1, max: 1_000_000_000 }), seconds, mode },
    { requiredKeys: ['seconds', 'mode'] },
  ),
  overload: fc.record({
    requestsInFlight: fc.integer({ min: 1, max: 100_000 }),
    lookupsInFlight: fc.integer({ min: 1, max: 1_000_000 }),
    eventLoopDelayMs: fc.integer({ min: 10, max: 10_000 }),
    mode,
  }),
});

const identityProvider: fc.Arbitrary<IdentityProviderConfig> = fc.record({
  issuer: someText,
  audience: fc.array(someText, { minLength: 1, maxLength: 2 }),
  jwksUri: fc.domain().map((domain) => `https://${domain}/keys`),
  algorithms: fc.constant(['ES256', 'RS256']),
  grants: fc.array(
    fc.record({
      claims: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,9}$/),
        fc.array(someText, { minLength: 1, maxLength: 2 }),
        {
          maxKeys: 2,
          noNullPrototype: true,
        },
      ),
      role: fc.constant('admin' as const),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const profileTokens: fc.Arbitrary<ProfileTokensConfig> = fc.record({
  audience: someText,
  lifeSeconds: fc.integer({ min: 1, max: 600 }),
  maxLifeSeconds: fc.integer({ min: 600, max: 86_400 }),
  keys: fc.uniqueArray(
    fc.record({
      kid: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
      algorithm: fc.constant('HS256' as const),
      secret: fc.string({ unit: 'grapheme', minLength: 32 }).filter((value) => value.isWellFormed()),
    }),
    { minLength: 1, maxLength: 2, selector: ({ kid }) => kid },
  ),
});

const sections = {
  profileTokens,
  identityProviders: fc.uniqueArray(identityProvider, { maxLength: 2, selector: ({ issuer }) => issuer }),
  limits,
  audit: fc.oneof(
    fc.record(
      {
        enabled: fc.boolean(),
        idKey: fc.stringMatching(/^[a-z]{16,40}$/),
        sampleSuccesses: fc.constant(1),
      },
      { requiredKeys: ['enabled', 'sampleSuccesses'] },
    ),
    fc.record({ enabled: fc.boolean(), sampleSuccesses: fc.constantFrom(0, 0.05, 0.5, 1) }),
  ),
  log: fc.record({
    level: fc.constantFrom('debug' as const, 'info' as const, 'silent' as const),
    format: fc.constantFrom('auto' as const, 'json' as const, 'text' as const),
  }),
  metrics: fc.record({ host: fc.constantFrom('0.0.0.0', '::1'), port: fc.integer({ min: 0, max: 65_535 }) }),
  server,
};

const config: fc.Arbitrary<Config> = fc
  .uniqueArray(destination, { minLength: 1, maxLength: 4, selector: (entry) => entry.id })
  .chain((destinations) =>
    fc.record(
      {
        destinations: fc.constant(destinations),
        accessTokens: fc.uniqueArray(accessToken(destinations.map((entry) => entry.id)), {
          maxLength: 4,
          comparator: (a, b) => a.name === b.name || a.sha256 === b.sha256,
        }),
        ...sections,
      },
      {
        requiredKeys: [
          'destinations',
          'accessTokens',
          'identityProviders',
          'limits',
          'audit',
          'log',
          'server',
        ],
      },
    ),
  );

describe('a configuration', () => {
  it('survives being written as YAML, whatever its texts are', () => {
    fc.assert(
      fc.property(config, (written) => {
        expect(parseConfig(stringify(mapScalars(toFile(written), doubleDollars)), {})).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  it('survives it with numbers, truths and texts from the environment', () => {
    fc.assert(
      fc.property(config, (written) => {
        const env: Record<string, string> = {};
        const file = mapScalars(toFile(written), (value) => {
          const name = `V${Object.keys(env).length}`;
          env[name] = String(value);
          return `\${${name}}`;
        });
        expect(parseConfig(stringify(file), env)).toEqual(written);
      }),
      { numRuns: 100 },
    );
  });
});

/** The keys that the file has. */
function toFile({ destinations, accessTokens, ...others }: Config): unknown {
  return {
    destinations: destinations.map((entry) => {
      if (entry.kind === 'other') {
        const { kind, ...keys } = entry;
        return { ...keys, config: { password: 1 } };
      }
      const { kind, redis, ...keys } = entry;
      const { addresses, tls, ...config } = redis;
      return {
        ...keys,
        config: { address: addresses.map(toAddress).join(','), ...config, ...toTlsKeys(tls) },
      };
    }),
    accessTokens: accessTokens.map(({ expiresAt, previous, ...token }) => ({
      ...token,
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
      ...(previous === undefined
        ? {}
        : { previous: { sha256: previous.sha256, expiresAt: previous.expiresAt.toISOString() } }),
    })),
    ...others,
  };
}

function doubleDollars(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('$', '$$$$') : value;
}

function toAddress({ host, port }: RedisSettings['addresses'][number]): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function toTlsKeys(tls: RedisSettings['tls']): object {
  return tls === undefined ? { secure: false } : { secure: true, ...tls };
}

function mapScalars(value: unknown, map: (scalar: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => mapScalars(item, map));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapScalars(item, map)]));
  }
  return map(value);
}
