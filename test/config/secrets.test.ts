import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { parseConfig } from '../../src/config/load.js';
import { CONTRACT_EXAMPLE, exampleWith } from './contract-example.js';
import { refusalOf } from './mistakes-of.js';

/** No message of ours holds it by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9]{12}$/);

/** What may stand before and after a secret, and change what it is to YAML. Never both halves of a `${NAME}`. */
const before = fc.constantFrom(
  ...[
    '',
    '*',
    '!',
    '!!',
    '!<',
    '&',
    '@',
    '`',
    '%',
    '|',
    '>',
    '"',
    "'",
    '"\\x',
    '"\\',
    '{',
    '{ a: ',
    '[',
    '[a, ',
  ],
  ...['? ', ': ', '- ', '# ', '$', '${', '$$', '<<: *', '\n', '\n  ', '\n      ', '\t', '\0', '---\n'],
);
const after = fc.constantFrom(
  ...[
    '',
    '"',
    "'",
    ' x',
    ' "x',
    '\n  x',
    ':',
    ']',
    ',',
    ' #',
    '\t',
    '\0',
    '|',
    '!',
    ' *x',
    ' &x',
    '\n---',
    '@x:1',
  ],
);

const LINES = [
  ...[
    '- id:',
    'workspaceId:',
    'name:',
    'type:',
    'enabled:',
    'address:',
    'username:',
    'password:',
    'database:',
  ],
  ...[
    'clusterMode:',
    'secure:',
    'skipVerify:',
    'caCertificate:',
    'prefix:',
    'useJSONModule:',
    '- name:',
    'sha256:',
  ],
  ...['role:', 'destinations: [', 'expiresAt:', 'host:', 'port:', 'config:', 'server:', 'accessTokens:'],
];

describe('the message about a broken configuration', () => {
  it('never holds a value, whatever key it stands at and whatever it looks like to YAML', () => {
    const line = fc.constantFrom(...LINES);
    fc.assert(
      fc.property(line, before, secret, after, (key, prefix, value, suffix) => {
        fc.pre(!isKey(prefix, suffix));
        const start = key.replace(/:.*/, ':');
        const broken = `${exampleWith(key, `${start} ${prefix}${value}${suffix}`)}unknown: x\n`;
        expect(refusalOf(broken).message).not.toContain(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('never holds the value of an unknown key', () => {
    const key = fc.constantFrom('passwd', 'token', 'config2', 'Password');
    fc.assert(
      fc.property(
        fc.constantFrom(...LINES),
        key,
        before,
        secret,
        after,
        (line, name, prefix, value, suffix) => {
          fc.pre(!isKey(prefix, suffix));
          const indented = line.startsWith('- ') ? `- ${name}` : name;
          const broken = exampleWith(line, `${indented}: ${prefix}${value}${suffix}`);
          expect(refusalOf(broken).message).not.toContain(value);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never holds a secret that a slip of the pen made a key', () => {
    const slip = fc.constantFrom(
      (value: string) => `config: { address: a, password:${value} }`,
      (value: string) => `config: { address: a, ${value} }`,
      (value: string) => `config: { address: a, "password: ${value}": 1 }`,
      (value: string) => `config: { address: a, agw_${value.repeat(4)}: 1 }`,
      (value: string) => `config: { address: a, password: { ${value}: 1, ${value}: 2 } }`,
      (value: string) => `config: { address: a, password: { ${value}: "\${ABSENT}" } }`,
      (value: string) => `config: { address: a, password: { ${value}: *absent } }`,
      (value: string) => `config: { address: a, password: { ${value}: !tag 1 } }`,
      (value: string) => `? ${value}`,
    );
    fc.assert(
      fc.property(slip, secret, (write, value) => {
        const text = `destinations:\n  - id: a\n    workspaceId: w\n    type: REDIS\n    ${write(value)}\n`;
        expect(refusalOf(text).message).not.toContain(value);
      }),
    );
  });

  it('never holds a secret of a file that was cut or typed into anywhere', () => {
    const place = fc.nat({ max: CONTRACT_EXAMPLE.length });
    const cut = fc.nat({ max: 12 });
    fc.assert(
      fc.property(secret, place, cut, fc.oneof(before, after), (value, start, length, typed) => {
        const whole = CONTRACT_EXAMPLE.replace(`\${REDIS_PASSWORD}`, value).replace('9f86', value);
        const text = `${whole.slice(0, start)}${typed}${whole.slice(start + length)}`;
        expect(messageOf(text)).not.toContain(value);
      }),
      { numRuns: 1500 },
    );
  });

  it('never holds what a variable of the environment holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LINES.filter((line) => !line.endsWith('['))), secret, (line, value) => {
        const text = `${exampleWith(line, `${line} \${SECRET}`)}unknown: x\n`;
        expect(refusalOf(text, { SECRET: `${value}:/ ` }).message).not.toContain(value);
      }),
    );
  });

  it('is of the kind that may be printed, for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(() => parseConfig(text, {})).toThrow(ConfigError);
      }),
      { numRuns: 1000 },
    );
  });
});

/** A key on a line of its own is told, because unknown keys are named. */
function isKey(prefix: string, suffix: string): boolean {
  return prefix.includes('\n') && suffix.startsWith(':');
}

function messageOf(text: string): string {
  try {
    parseConfig(text, {});
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
}
