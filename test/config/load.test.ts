import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, DEFAULT_SERVER } from '../../src/config/defaults.js';
import { loadConfig, parseConfig } from '../../src/config/load.js';
import { CONTRACT_EXAMPLE, exampleWith } from './contract-example.js';
import { mistakesOf, refusalOf } from './mistakes-of.js';

describe('a configuration', () => {
  it("says what the contract's example says", () => {
    expect(parseConfig(CONTRACT_EXAMPLE, { REDIS_PASSWORD: 'from the environment' })).toStrictEqual({
      destinations: [
        {
          kind: 'redis',
          id: '2XkZr9qTn0aLw5cVb7dQe1mYp3s',
          workspaceId: '2Wk0aBcDeFgHiJkLmNoPqRsTuV',
          name: 'Production Redis',
          type: 'REDIS',
          enabled: true,
          timeoutMs: 250,
          maxProfileBytes: 8_388_608,
          layout: { type: 'profiles' },
          redis: {
            addresses: [{ host: 'localhost', port: 6379 }],
            username: 'gateway',
            password: 'from the environment',
            database: 0,
            clusterMode: false,
            prefix: '',
            readFrom: 'primary',
            useJSONModule: false,
          },
        },
      ],
      accessTokens: [
        {
          name: 'storefront-bff',
          sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          role: 'reader',
          destinations: ['2XkZr9qTn0aLw5cVb7dQe1mYp3s'],
          expiresAt: new Date('2027-06-30T00:00:00Z'),
        },
      ],
      ...DEFAULT_CONFIG,
      server: { ...DEFAULT_SERVER, host: '0.0.0.0', port: 4000, graphiql: true },
    });
  });

  it('needs no more than an id, a workspace, a type and an address', () => {
    const text = `
destinations:
  - id: a
    workspaceId: w
    type: REDIS
    config: { address: redis.internal }
`;
    expect(parseConfig(text, {})).toStrictEqual({
      destinations: [
        {
          kind: 'redis',
          id: 'a',
          workspaceId: 'w',
          name: 'a',
          type: 'REDIS',
          enabled: true,
          timeoutMs: 250,
          maxProfileBytes: 8_388_608,
          layout: { type: 'profiles' },
          redis: {
            addresses: [{ host: 'redis.internal', port: 6379 }],
            database: 0,
            prefix: '',
            readFrom: 'primary',
            useJSONModule: false,
          },
        },
      ],
      accessTokens: [],
      ...DEFAULT_CONFIG,
      server: { ...DEFAULT_SERVER, host: '0.0.0.0', port: 4000, graphiql: true },
    });
  });

  it('keeps a destination of another type without its config, whatever that holds', () => {
    const text = `
destinations:
  - { id: a, workspaceId: w, type: WEBHOOK, config: { url: https://example.com, headers: [1, { x: null }] } }
  - { id: b, workspaceId: w, type: redis, enabled: false, timeoutMs: 5 }
`;
    expect(parseConfig(text, {}).destinations).toStrictEqual([
      { kind: 'other', id: 'a', workspaceId: 'w', name: 'a', type: 'WEBHOOK', enabled: true },
      { kind: 'other', id: 'b', workspaceId: 'w', name: 'b', type: 'redis', enabled: false },
    ]);
  });

  it('has TLS settings when secure is true', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const redis = (keys: string) => {
      const text = `destinations: [{ id: a, workspaceId: w, type: REDIS, config: { address: a, ${keys} } }]`;
      const [destination] = parseConfig(text, { PEM: pem }).destinations;
      return destination?.kind === 'redis' ? destination.redis : undefined;
    };
    expect(redis('secure: true')?.tls).toStrictEqual({ skipVerify: false });
    expect(redis('secure: true, skipVerify: true, caCertificate: ""')?.tls).toStrictEqual({
      skipVerify: true,
    });
    expect(redis(`secure: true, caCertificate: "\${PEM}"`)?.tls).toStrictEqual({
      skipVerify: false,
      caCertificate: pem,
    });
    expect(redis('secure: false')).not.toHaveProperty('tls');
  });

  it('takes empty user and password for none, as RudderStack writes them', () => {
    const [destination] = parseConfig(exampleWith('username:', 'username: ""'), {
      REDIS_PASSWORD: '',
    }).destinations;
    expect(destination).not.toHaveProperty('redis.username');
    expect(destination).not.toHaveProperty('redis.password');
  });

  it('takes numbers and truths as text too, so that they may come from the environment', () => {
    const text = `
destinations:
  - { id: a, workspaceId: w, type: WEBHOOK, enabled: "\${ENABLED}", timeoutMs: "\${TIMEOUT}" }
server: { port: "\${PORT}", graphiql: "False" }
`;
    const config = parseConfig(text, { ENABLED: 'false', TIMEOUT: '60000', PORT: '0' });
    expect(config.destinations[0]?.enabled).toBe(false);
    expect(config.server).toStrictEqual({ ...DEFAULT_SERVER, host: '0.0.0.0', port: 0, graphiql: false });
  });

  it('takes a section whose keys are all commented out for one that is left out', () => {
    const text = `
destinations: [{ id: a, workspaceId: w, type: WEBHOOK, config: }]
accessTokens:
  # - name: web
server:
  # port: 4000
`;
    const { accessTokens, server } = parseConfig(text, {});
    expect(accessTokens).toEqual([]);
    expect(server.port).toBe(4000);
  });

  it('may share values with anchors and aliases', () => {
    const text = `
destinations:
  - id: a
    workspaceId: &workspace w
    type: REDIS
    config: &redis { address: localhost, prefix: p }
  - { id: b, workspaceId: *workspace, type: REDIS, config: *redis }
`;
    const [a, b] = parseConfig(text, {}).destinations;
    expect(b).toEqual({ ...a, id: 'b', name: 'b' });
  });

  it('may be saved with a byte order mark and Windows line ends', () => {
    const text = `\uFEFF${CONTRACT_EXAMPLE.replaceAll('\n', '\r\n')}`;
    const env = { REDIS_PASSWORD: 'x' };
    expect(parseConfig(text, env)).toEqual(parseConfig(CONTRACT_EXAMPLE, env));
    expect(mistakesOf(text)).toMatchObject([{ path: 'destinations[0].config.password', line: 10 }]);
  });

  it('means the same whatever a %YAML directive says', () => {
    const text = `%YAML 1.1
---
destinations: [{ id: no, workspaceId: w, type: WEBHOOK }]
accessTokens: [{ name: on, sha256: '${'A'.repeat(64)}', role: admin, expiresAt: 2027-06-30T02:00:00+02:00 }]
`;
    const config = parseConfig(text, {});
    expect(config.destinations[0]?.id).toBe('no');
    expect(config.accessTokens).toStrictEqual([
      { name: 'on', sha256: 'a'.repeat(64), role: 'admin', expiresAt: new Date('2027-06-30T00:00:00Z') },
    ]);
  });
});

describe('a configuration with mistakes', () => {
  it('is refused with all of them at once, in the order of the file', () => {
    const text = `destinations:
  - id: a b
    workspaceId: w
    type: REDIS
    timeoutMs: 0
    config:
      adress: localhost:6379
      password: \${ABSENT}
      database: one
      clusterMode: maybe
  - id: twice
    workspaceId: 2
    type: WEBHOOK
  - id: twice
    type: WEBHOOK
    enabled: true
    enabled: false
accessTokens:
  - name: web
    sha256: ${'0'.repeat(63)}
    destinations: [twice]
  - name: web
    role: admin
    sha256: ${'a'.repeat(64)}
    destinations: [twice]
  - name: bff
    role: reader
    sha256: ${'a'.repeat(64)}
    destinations: []
    expiresAt: 2027-06-30
server:
  port: 65536
colour: blue
`;
    expect(refusalOf(text).message).toBe(
      `gateway.yaml is not valid (20 mistakes):
  destinations[0].id (line 2): must be 1 to 128 characters without colons, spaces, stars and control characters, and not begin with !
  destinations[0].timeoutMs (line 5): must be a whole number from 1 to 60000
  destinations[0].config.address (line 6): is required: host:port of the Redis server
  destinations[0].config.adress (line 7): is not a known key: did you mean address?
  destinations[0].config.password (line 8): names the environment variable ABSENT, which is not set
  destinations[0].config.database (line 9): must be a whole number from 0 to 999999999
  destinations[0].config.clusterMode (line 10): must be true or false
  destinations[1].workspaceId (line 12): must be text: put it in quotes
  destinations[2].workspaceId (line 14): is required: the ID of the RudderStack workspace that owns the destination
  destinations[2].id (line 14): must differ from destinations[1].id
  destinations[2].enabled (line 17): is here twice, first on line 16
  accessTokens[0].role (line 19): is required: admin or reader
  accessTokens[0].sha256 (line 20): must be text: put it in quotes
  accessTokens[1].name (line 22): must differ from accessTokens[0].name
  accessTokens[1].destinations (line 25): must be left out: an admin reads every destination
  accessTokens[2].sha256 (line 28): must differ from accessTokens[1].sha256
  accessTokens[2].destinations (line 29): is required for a reader: a list with the IDs of the destinations it may read
  accessTokens[2].expiresAt (line 30): must be a time with its zone, for example 2027-06-30T00:00:00Z
  server.port (line 32): must be a whole number from 0 to 65535
  colour (line 33): is not a known key`,
    );
  });

  it('is called by the name of its file', () => {
    expect(() => parseConfig('a', {}, 'production.yaml')).toThrow(
      /^production\.yaml is not valid \(1 mistake\):\n {2}line 1: /,
    );
  });
});

describe('a configuration file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read and validated', async () => {
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, CONTRACT_EXAMPLE);
    const env = { REDIS_PASSWORD: 'x' };
    expect(await loadConfig(file, env)).toEqual(parseConfig(CONTRACT_EXAMPLE, env));
    await expect(loadConfig(file, {})).rejects.toThrow(`${file} is not valid (1 mistake):`);
  });

  it('that is not there is refused in one sentence that says what to do', async () => {
    const file = join(folder, 'absent.yaml');
    await expect(loadConfig(file, {})).rejects.toMatchObject({
      name: 'ConfigError',
      message: `${file} does not exist: write a configuration there, or name another file with --config.`,
      mistakes: [],
    });
  });

  it('that is a folder is refused in one sentence that says what to do', async () => {
    await expect(loadConfig(folder, {})).rejects.toMatchObject({
      name: 'ConfigError',
      message: `${folder} is a folder: name the configuration file in it.`,
    });
  });

  it('whose name no file can have is refused in one sentence', async () => {
    await expect(loadConfig(join(folder, 'a\0b'), {})).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('cannot be read (ERR_INVALID_ARG_VALUE)'),
    });
  });
});
