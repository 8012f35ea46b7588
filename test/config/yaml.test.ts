import { describe, expect, it } from 'vitest';
import { CONTRACT_EXAMPLE, exampleWith } from './contract-example.js';
import { mistakesOf } from './mistakes-of.js';

const ENV = { REDIS_PASSWORD: 'x' };
const PASSWORD = 'destinations[0].config.password';
const UNREADABLE =
  'has text that YAML cannot read here: is a quote, a comma, a bracket or the space after a colon missing? Text that begins with a special character must be in quotes';
const KEY = 'has a key that is not plain text on one line: is the space after a colon missing?';
const NO_ANCHOR = 'refers with * to an anchor that is not there: put text that begins with * in quotes';
const TAG = 'uses a tag (!) that is not known here: put text that begins with ! in quotes';
const ENTRY = 'has an entry that is not "key: value"';

describe('a text that is not YAML', () => {
  it.each([
    ['password: "a', UNREADABLE],
    ['password:a', KEY],
    ['password: "a" b', UNREADABLE],
    ['password: @a', 'has text that begins with a special character: put it in quotes'],
    ['password: `a', 'has text that begins with a special character: put it in quotes'],
    [
      'password: "\\a\\q"',
      'has a backslash in double quotes that YAML does not know: write \\\\ for a backslash, or use single quotes',
    ],
    [
      'password: &a &b c',
      'uses & or * in a way that YAML does not allow: put text that begins with them in quotes',
    ],
    [
      'password: & a',
      'uses & or * in a way that YAML does not allow: put text that begins with them in quotes',
    ],
    ['password: !a !b c', TAG],
    ['? [password]', KEY],
  ])('is refused at its line: %s', (line, message) => {
    expect(mistakesOf(exampleWith('password:', line))).toContainEqual({ path: '', line: 10, message });
  });

  it('is told alone: what comes after it may be misread', () => {
    const text = exampleWith('password:', 'password: @a').replace('port: 4000', 'port: none');
    expect(mistakesOf(text).map(({ line }) => line)).toEqual([10]);
  });

  it.each([
    ['a: 1\n---\nb: 2', 2, 'starts a second document (---): a configuration is one'],
    ['a:\n\tb: 1', 2, 'is indented with a tab: use spaces'],
    [
      'a:\n  - b\n - c',
      3,
      'is not indented as YAML asks, or a bracket before it is not closed: keys of one mapping and items of one list start in the same column',
    ],
    [
      'a: [b\nc: d',
      2,
      'is not indented as YAML asks, or a bracket before it is not closed: keys of one mapping and items of one list start in the same column',
    ],
    ['['.repeat(20_000), 1, 'is nested too deeply'],
  ])('is refused in words of our own', (text, line, message) => {
    expect(mistakesOf(text)).toContainEqual({ path: '', line, message });
  });
});

describe('what YAML takes and a configuration does not', () => {
  it.each([
    ['password: *a', PASSWORD, NO_ANCHOR],
    ['password: !a b', PASSWORD, TAG],
    ['password: !<tag:a> b', PASSWORD, TAG],
    ['password: !!binary aGVsbG8=', PASSWORD, TAG],
    ['password: !!timestamp 2027-06-30', PASSWORD, TAG],
    ['? password', 'destinations[0].config', ENTRY],
  ])('is refused with its path and line: %s', (line, path, message) => {
    expect(mistakesOf(exampleWith('password:', line))).toEqual([{ path, line: 10, message }]);
  });

  it('is a key twice, and the other mistakes are told beside it', () => {
    const text = exampleWith('password:', 'address: other').replace('port: 4000', 'port: none');
    expect(mistakesOf(text)).toEqual([
      { path: 'destinations[0].config.address', line: 10, message: 'is here twice, first on line 8' },
      { path: 'server.port', line: 26, message: 'must be a whole number from 0 to 65535' },
    ]);
    expect(mistakesOf(`${CONTRACT_EXAMPLE}\nserver:\n`, ENV)).toEqual([
      { path: 'server', line: 28, message: 'is here twice, first on line 24' },
    ]);
  });

  it('is a directive it does not know', () => {
    expect(mistakesOf(`%SECRET a\n---\n${CONTRACT_EXAMPLE}`, ENV)).toEqual([
      {
        path: '',
        line: 1,
        message: 'has a % directive that is not known here: put text that begins with % in quotes',
      },
    ]);
  });
});

describe('aliases', () => {
  const doubling = Array.from(
    { length: 64 },
    (_, level) => `k${level + 1}: &k${level + 1} [*k${level}, *k${level}]`,
  );

  it.each([
    ['that stand for more values than there is time for', `k0: &k0 [x]\n${doubling.join('\n')}`],
    ['that hold themselves', 'a: &a [*a, *a]'],
    ['that hold themselves as a key would be merged', 'a: &a { <<: *a }'],
  ])('%s are refused at once', (_, text) => {
    const start = performance.now();
    const messages = mistakesOf(text).map(({ message }) => message);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(messages.filter((message) => /aliases|nested/.test(message)).length).toBeGreaterThan(0);
    expect(messages.filter((message) => message.includes('100 aliases')).length).toBeLessThan(2);
  });

  it('may be a hundred in a file', () => {
    const text = (count: number) => `
destinations:
  - &first { id: a, workspaceId: w, type: WEBHOOK, config: &shared { x: 1 } }
  - { id: b, workspaceId: w, type: WEBHOOK, config: { list: [${Array(count).fill('*shared').join(', ')}] } }
other: 1
`;
    expect(mistakesOf(text(100)).map(({ path }) => path)).toEqual(['other']);
    expect(mistakesOf(text(102))).toEqual([
      {
        path: 'destinations[1].config.?[100]',
        line: 4,
        message: 'goes past the limit of 100 aliases (*) in a file',
      },
      { path: 'other', line: 5, message: 'is not a known key' },
    ]);
  });

  it('lead to the mistakes in what they stand for', () => {
    const text = `destinations:
  - id: a
    workspaceId: w
    type: REDIS
    config: &redis
      address: localhost
      database: one
  - id: b
    workspaceId: w
    type: REDIS
    config: *redis
`;
    expect(mistakesOf(text).map(({ path, line }) => [path, line])).toEqual([
      ['destinations[0].config.database', 7],
      ['destinations[1].config.database', 7],
    ]);
  });
});
