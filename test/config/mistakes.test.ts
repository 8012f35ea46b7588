import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { CONTRACT_EXAMPLE, exampleWith } from './contract-example.js';
import { mistakesOf } from './mistakes-of.js';

const ENV = { REDIS_PASSWORD: 'x' };
const ID =
  'must be 1 to 128 characters without colons, spaces, stars and control characters, and not begin with !';
const QUOTES = 'must be text: put it in quotes';
const FLAG = 'must be true or false';
const NO_VALUE = 'has no value: give it one, or leave the key out';
const DATABASE = 'must be a whole number from 0 to 999999999';
const PORT = 'must be a whole number from 0 to 65535';
const HOST_PORT = 'must be host:port or [IPv6]:port, or several separated by commas';
const HASH = 'must be the 64 hex digits that `activation-gateway token create` printed, not the token itself';
const TOKEN_NAME = 'must be 1 to 64 letters, digits, dots, underscores or dashes';
const READER = 'is required for a reader: a list with the IDs of the destinations it may read';
const TIME = 'must be a time with its zone, for example 2027-06-30T00:00:00Z';
const TLS = 'is only for TLS: set secure to true, or leave it out';
const PEM = 'must be PEM text: a block from BEGIN CERTIFICATE to END CERTIFICATE';
const CLUSTER = 'must be true or left out, because address names more than one node';

const D = 'destinations[0]';
const R = 'destinations[0].config';
const T = 'accessTokens[0]';

/** A line of the contract's example, what it is replaced by, and the one mistake that is then told. */
const CASES: readonly (readonly [string, string | undefined, string, number, string])[] = [
  ['- id:', '- id: 123', `${D}.id`, 2, QUOTES],
  ['- id:', '- id: [a]', `${D}.id`, 2, 'must be text'],
  ['workspaceId:', 'workspaceId: a b', `${D}.workspaceId`, 3, ID],
  ['workspaceId:', 'workspaceId: 2e5', `${D}.workspaceId`, 3, QUOTES],
  ['name:', 'name: ""', `${D}.name`, 4, 'must not be empty'],
  ['name:', 'name: true', `${D}.name`, 4, QUOTES],
  ['name:', 'name:', `${D}.name`, 4, NO_VALUE],
  ['type:', 'type: ""', `${D}.type`, 5, 'must not be empty'],
  ['type:', undefined, `${D}.type`, 2, 'is required: REDIS, or another type, which is only listed'],
  ['enabled:', 'enabled: yes', `${D}.enabled`, 6, FLAG],
  ['enabled:', 'enabled: 1', `${D}.enabled`, 6, FLAG],
  ['enabled:', 'timeoutMs: 0', `${D}.timeoutMs`, 6, 'must be a whole number from 1 to 60000'],
  ['enabled:', 'timeoutMs: 60001', `${D}.timeoutMs`, 6, 'must be a whole number from 1 to 60000'],
  ['enabled:', 'timeoutMs: 2.5', `${D}.timeoutMs`, 6, 'must be a whole number from 1 to 60000'],
  ['enabled:', 'timeoutMs: .inf', `${D}.timeoutMs`, 6, 'must be a whole number from 1 to 60000'],
  ['enabled:', 'timeoutMs: 250ms', `${D}.timeoutMs`, 6, 'must be a whole number from 1 to 60000'],
  ['address:', undefined, `${R}.address`, 7, 'is required: host:port of the Redis server'],
  ['address:', 'address:', `${R}.address`, 8, NO_VALUE],
  ['address:', 'address: ""', `${R}.address`, 8, HOST_PORT],
  ['address:', 'address: localhost:0', `${R}.address`, 8, HOST_PORT],
  ['address:', 'address: "a:1,"', `${R}.address`, 8, `${HOST_PORT} (number 2 is not)`],
  [
    'address:',
    'address: redis://a:1',
    `${R}.address`,
    8,
    'must be host:port without a scheme: username, password, database and secure have keys of their own',
  ],
  ['username:', 'username: 12', `${R}.username`, 9, QUOTES],
  ['password:', 'password: 12345', `${R}.password`, 10, QUOTES],
  ['password:', 'password: false', `${R}.password`, 10, QUOTES],
  ['password:', 'password:', `${R}.password`, 10, NO_VALUE],
  ['password:', 'password: { a: b }', `${R}.password`, 10, 'must be text'],
  ['database:', 'database: "-1"', `${R}.database`, 11, DATABASE],
  ['database:', 'database: -1', `${R}.database`, 11, DATABASE],
  ['database:', 'database: ""', `${R}.database`, 11, DATABASE],
  ['database:', 'database: 1.5', `${R}.database`, 11, DATABASE],
  ['clusterMode:', 'clusterMode: auto', `${R}.clusterMode`, 12, FLAG],
  ['address:', 'address: a:1, b:2', `${R}.clusterMode`, 12, CLUSTER],
  ['secure:', 'secure: no', `${R}.secure`, 13, FLAG],
  ['skipVerify:', 'skipVerify: true', `${R}.skipVerify`, 14, TLS],
  ['skipVerify:', 'skipVerify: {}', `${R}.skipVerify`, 14, FLAG],
  [
    'caCertificate:',
    'caCertificate: "-----BEGIN CERTIFICATE-----x-----END CERTIFICATE-----"',
    `${R}.caCertificate`,
    15,
    TLS,
  ],
  ['prefix:', 'prefix: 1', `${R}.prefix`, 16, QUOTES],
  ['useJSONModule:', 'useJSONModule: ""', `${R}.useJSONModule`, 17, FLAG],
  ['- name:', '- name: a b', `${T}.name`, 19, TOKEN_NAME],
  ['- name:', `- name: ${'a'.repeat(65)}`, `${T}.name`, 19, TOKEN_NAME],
  ['- name:', '- name: "a\\n"', `${T}.name`, 19, TOKEN_NAME],
  ['- name:', '- name: 7', `${T}.name`, 19, QUOTES],
  [
    'sha256:',
    undefined,
    `${T}.sha256`,
    19,
    'is required: the 64 hex digits that `activation-gateway token create` printed',
  ],
  ['sha256:', 'sha256: agw_a-token-in-clear', `${T}.sha256`, 20, HASH],
  ['sha256:', `sha256: ${'a'.repeat(65)}`, `${T}.sha256`, 20, HASH],
  ['sha256:', `sha256: ${'1'.repeat(64)}`, `${T}.sha256`, 20, QUOTES],
  ['role:', undefined, `${T}.role`, 19, 'is required: admin or reader'],
  ['role:', 'role: owner', `${T}.role`, 21, 'must be admin or reader'],
  ['role:', 'role: admin', `${T}.destinations`, 22, 'must be left out: an admin reads every destination'],
  ['destinations: [', undefined, `${T}.destinations`, 19, READER],
  ['destinations: [', 'destinations: []', `${T}.destinations`, 22, READER],
  ['destinations: [', 'destinations: all', `${T}.destinations`, 22, 'must be a list of destination IDs'],
  ['destinations: [', 'destinations: [1]', `${T}.destinations[0]`, 22, QUOTES],
  [
    'destinations: [',
    'destinations: [2XkZr9qTn0aLw5cVb7dQe1mYp3s, other]',
    `${T}.destinations[1]`,
    22,
    'is not the ID of a configured destination',
  ],
  ['expiresAt:', 'expiresAt: tomorrow', `${T}.expiresAt`, 23, TIME],
  ['expiresAt:', 'expiresAt: 2027-06-30', `${T}.expiresAt`, 23, TIME],
  ['expiresAt:', 'expiresAt: 2027-06-30T00:00:00', `${T}.expiresAt`, 23, TIME],
  ['expiresAt:', 'expiresAt: 2027-02-30T00:00:00Z', `${T}.expiresAt`, 23, TIME],
  ['expiresAt:', 'expiresAt: 1800000000', `${T}.expiresAt`, 23, TIME],
  ['host:', 'host: ""', 'server.host', 25, 'must not be empty'],
  ['host:', 'host: 127.1', 'server.host', 25, QUOTES],
  ['port:', 'port: 65536', 'server.port', 26, PORT],
  ['port:', 'port: -1', 'server.port', 26, PORT],
  ['port:', 'port: http', 'server.port', 26, PORT],
  ['port:', 'port: "0x10"', 'server.port', 26, PORT],
  ['port:', 'graphiql: on', 'server.graphiql', 26, FLAG],
  ['port:', 'landingPage: all', 'server.landingPage', 26, 'must be brief or full'],
];

describe('a wrong value', () => {
  it.each(CASES)('in place of %s: %s', (line, replacement, path, at, message) => {
    expect(mistakesOf(exampleWith(line, replacement), ENV)).toEqual([{ path, line: at, message }]);
  });

  it.each(['a:b', '""', 'a b', '"a\\tb"', '"a\\u0000b"', '"\\ud800"', 'a'.repeat(129)])(
    'as the ID of a destination: %s',
    (id) => {
      const text = `destinations:\n  - id: ${id}\n    workspaceId: ${id}\n    type: WEBHOOK`;
      expect(mistakesOf(text)).toEqual([
        { path: `${D}.id`, line: 2, message: ID },
        { path: `${D}.workspaceId`, line: 3, message: ID },
      ]);
    },
  );

  it('of a key with a rule of its own is told beside the broken rule', () => {
    expect(mistakesOf(exampleWith('caCertificate:', 'caCertificate: MIIB'), ENV)).toEqual([
      { path: `${R}.caCertificate`, line: 15, message: PEM },
      { path: `${R}.caCertificate`, line: 15, message: TLS },
    ]);
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    ['', '', 1, 'must be a mapping of keys to values'],
    ['# nothing yet\n', '', 1, 'must be a mapping of keys to values'],
    ['- a', '', 1, 'must be a mapping of keys to values'],
    ['server: {}', 'destinations', 1, 'is required: a list with at least one destination'],
    ['destinations:', 'destinations', 1, 'is required: a list with at least one destination'],
    ['destinations: []', 'destinations', 1, 'must be a list with at least one destination'],
    ['destinations: {}', 'destinations', 1, 'must be a list with at least one destination'],
    ['\n\ndestinations: [a]', 'destinations[0]', 3, 'must be a mapping of keys to values'],
  ])('as in %j', (text, path, line, message) => {
    expect(mistakesOf(text)).toEqual([{ path, line, message }]);
  });

  it('in the place of a section', () => {
    const destinations =
      'destinations:\n  - { id: a, workspaceId: w, type: REDIS, config: { address: a } }\n';
    expect(mistakesOf(`${destinations}accessTokens: {}\nserver: 4000`)).toEqual([
      { path: 'accessTokens', line: 3, message: 'must be a list of access tokens' },
      { path: 'server', line: 4, message: 'must be a mapping of keys to values' },
    ]);
    expect(mistakesOf(`${destinations}  - { id: b, workspaceId: w, type: REDIS }`)).toEqual([
      { path: 'destinations[1].config', line: 3, message: 'is required: a mapping of keys to values' },
    ]);
    expect(mistakesOf(`${destinations}  - { id: b, workspaceId: w, type: WEBHOOK, config: a }`)).toEqual([
      { path: 'destinations[1].config', line: 3, message: 'must be a mapping of keys to values' },
    ]);
  });
});

describe('an unknown key', () => {
  it.each([
    ['name:', 'nmae: a', `${D}.nmae`, 4, ': did you mean name?'],
    ['enabled:', 'timeoutms: 1', `${D}.timeoutms`, 6, ': did you mean timeoutMs?'],
    ['enabled:', 'password: a', `${D}.password`, 6, ''],
    ['prefix:', 'prefixes: a', `${R}.prefixes`, 16, ': did you mean prefix?'],
    ['prefix:', 'CACertificat: a', `${R}.CACertificat`, 16, ': did you mean caCertificate?'],
    ['prefix:', 'timeout: 1', `${R}.timeout`, 16, ''],
    ['expiresAt:', 'expireAt: a', `${T}.expireAt`, 23, ': did you mean expiresAt?'],
    ['expiresAt:', 'x-note: a', `${T}.x-note`, 23, ''],
    ['port:', 'prt: 1', 'server.prt', 26, ': did you mean port?'],
    ['server:', 'servers:', 'servers', 24, ': did you mean server?'],
    ['port:', '__proto__: { port: 1 }', 'server.?', 26, ''],
    ['port:', 'constructor: 1', 'server.constructor', 26, ''],
    ['port:', '<<: { host: a }', 'server.?', 26, ''],
  ])('in place of %s: %s', (line, replacement, path, at, hint) => {
    expect(mistakesOf(exampleWith(line, replacement), ENV)).toEqual([
      { path, line: at, message: `is not a known key${hint}` },
    ]);
  });

  it('is told also in an entry of unknown type or role', () => {
    const text =
      'destinations:\n  - { id: a, workspaceId: w, color: red }\naccessTokens:\n  - { colour: red }';
    expect(mistakesOf(text).map(({ path }) => path)).toEqual([
      'destinations[0].type',
      'destinations[0].color',
      'accessTokens[0].name',
      'accessTokens[0].sha256',
      'accessTokens[0].role',
      'accessTokens[0].colour',
    ]);
  });
});

describe('entries of one file', () => {
  const twice = CONTRACT_EXAMPLE.replace(/accessTokens:\n([\s\S]*)server:/, (section, entry: string) =>
    section.replace('server:', `${entry.replace('9f86', '9F86')}server:`),
  );

  it('must not share a name or a hash', () => {
    expect(mistakesOf(twice, ENV)).toEqual([
      { path: 'accessTokens[1].name', line: 24, message: 'must differ from accessTokens[0].name' },
      { path: 'accessTokens[1].sha256', line: 25, message: 'must differ from accessTokens[0].sha256' },
    ]);
  });

  it('must not sample an audit that notes ids', () => {
    const audit = (more: string) => `${CONTRACT_EXAMPLE}audit: { idKey: "sixteen characters", ${more} }\n`;
    const mistake = {
      path: 'audit.sampleSuccesses',
      line: 27,
      message: 'must be 1 beside idKey: a sample cannot tell whether an id was read',
    };
    expect(mistakesOf(audit('sampleSuccesses: 0.5'), ENV)).toEqual([mistake]);
    expect(mistakesOf(audit('sampleSuccesses: "0"'), ENV)).toEqual([mistake]);
    expect(mistakesOf(audit('sampleSuccesses: 2'), ENV)).toEqual([
      { ...mistake, message: 'must be a number from 0 to 1' },
    ]);
    expect(parseConfig(audit('sampleSuccesses: 1'), ENV).audit.sampleSuccesses).toBe(1);
  });

  it('must not share a destination ID', () => {
    const other = '- { id: 2XkZr9qTn0aLw5cVb7dQe1mYp3s, workspaceId: other, type: WEBHOOK }';
    expect(mistakesOf(CONTRACT_EXAMPLE.replace('accessTokens:', `  ${other}\naccessTokens:`), ENV)).toEqual([
      { path: 'destinations[1].id', line: 18, message: 'must differ from destinations[0].id' },
    ]);
  });

  it('are not held against a destination ID that could not be read', () => {
    expect(mistakesOf(exampleWith('- id:', `- id: \${ABSENT}`), ENV)).toEqual([
      {
        path: 'destinations[0].id',
        line: 2,
        message: 'names the environment variable ABSENT, which is not set',
      },
    ]);
  });
});
