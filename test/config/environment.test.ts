import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substitute } from '../../src/config/environment.js';
import { parseConfig } from '../../src/config/load.js';
import { exampleWith } from './contract-example.js';
import { mistakesOf } from './mistakes-of.js';

const ENV = { USER: 'ada', HOST: 'redis', EMPTY: '', REFERENCE: `\${USER} $$`, UNSET: undefined };
const BROKEN = 'has a "${" that names no variable: write $$ for a dollar sign';

describe('a text of the configuration', () => {
  it.each([
    [`\${USER}`, 'ada'],
    [`\${USER}@\${HOST}\${EMPTY}!`, 'ada@redis!'],
    [`\${EMPTY}`, ''],
    // What a variable holds is not looked into.
    [`\${REFERENCE}`, `\${USER} $$`],
    [`$\${USER}`, `\${USER}`],
    [`$$$\${USER}`, `$\${USER}`],
    [`$$\${USER}`, '$ada'],
    ['$$', '$'],
    ['$$$', '$$'],
    ['$USER 5$ $1 $&', '$USER 5$ $1 $&'],
  ])('%j is %j', (text, completed) => {
    expect(substitute(text, ENV)).toEqual({ text: completed });
  });

  it.each([
    [`\${ABSENT}`, ['names the environment variable ABSENT, which is not set']],
    [`\${UNSET}`, ['names the environment variable UNSET, which is not set']],
    // What every object has is not an environment variable.
    [`\${constructor}`, ['names the environment variable constructor, which is not set']],
    [
      `\${ABSENT} \${USER} \${UNSET} \${ABSENT}`,
      [
        'names the environment variable ABSENT, which is not set',
        'names the environment variable UNSET, which is not set',
      ],
    ],
    [`\${}`, [BROKEN]],
    [`\${USER`, [BROKEN]],
    [`\${1A}`, [BROKEN]],
    [`\${USER-ada}`, [BROKEN]],
    [`\${ USER }`, [BROKEN]],
  ])('%j is refused', (text, problems) => {
    expect(substitute(text, ENV)).toEqual({ problems });
  });

  it('can hold any text, once its dollar signs are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', 'é') }), (text) => {
        expect(substitute(text.replaceAll('$', '$$$$'), {})).toEqual({ text });
      }),
    );
  });

  it('takes a variable as it is, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(substitute(`a\${NAME}b`, { NAME: value })).toEqual({ text: `a${value}b` });
      }),
    );
  });
});

describe('the environment', () => {
  it('completes texts in quotes, blocks and lists, and never a key', () => {
    const text = `
destinations:
  - id: "\${A}"
    workspaceId: '\${A}-\${B}'
    type: REDIS
    config:
      address: localhost
      password: |-
        \${B}
        \${B}
accessTokens:
  - { name: web, sha256: '${'a'.repeat(64)}', role: reader, destinations: ["\${A}"] }
`;
    const config = parseConfig(text, { A: 'first', B: 'second' });
    expect(config).toMatchObject({
      destinations: [{ id: 'first', workspaceId: 'first-second', redis: { password: 'second\nsecond' } }],
      accessTokens: [{ destinations: ['first'] }],
    });
    expect(mistakesOf(`"\${A}": 1`, { A: 'destinations' }).map(({ message }) => message)).toEqual([
      'is required: a list with at least one destination',
      'is not a known key',
    ]);
  });

  it('decides what a destination is, as the file does', () => {
    const text = `
destinations:
  - id: a
    workspaceId: w
    type: \${TYPE}
    config: { address: localhost }
`;
    expect(parseConfig(text, { TYPE: 'REDIS' }).destinations[0]?.kind).toBe('redis');
  });

  it('gives an empty text where a variable is empty, which the key may refuse', () => {
    expect(mistakesOf(exampleWith('port:', `port: \${PORT}`), { REDIS_PASSWORD: '', PORT: '' })).toEqual([
      { path: 'server.port', line: 26, message: 'must be a whole number from 0 to 65535' },
    ]);
  });

  it('is missed once a place, and no rule adds to it', () => {
    const text = `
destinations:
  - id: a
    workspaceId: w
    type: REDIS
    enabled: \${ENABLED}
    config:
      address: \${ADDRESS}
      clusterMode: false
      secure: \${SECURE}
      skipVerify: true
  - id: b
    workspaceId: w
    type: \${TYPE}
accessTokens:
  - name: \${NAME}
    role: \${ROLE}
    sha256: \${HASH}
    destinations: \${LIST}
server:
  port: \${PORT}
`;
    const names = ['ENABLED', 'ADDRESS', 'SECURE', 'TYPE', 'NAME', 'ROLE', 'HASH', 'LIST', 'PORT'];
    expect(mistakesOf(text).map(({ message }) => message)).toEqual(
      names.map((name) => `names the environment variable ${name}, which is not set`),
    );
    expect(mistakesOf(text).map(({ line }) => line)).toEqual([6, 8, 10, 14, 16, 17, 18, 19, 21]);
  });
});
