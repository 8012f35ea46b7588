import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../src/config/address.js';

describe('an address', () => {
  it.each([
    ['localhost:6379', [{ host: 'localhost', port: 6379 }]],
    ['redis.internal', [{ host: 'redis.internal', port: 6379 }]],
    ['my_redis-1:7000', [{ host: 'my_redis-1', port: 7000 }]],
    ['10.0.0.1:65535', [{ host: '10.0.0.1', port: 65_535 }]],
    ['[::1]:6380', [{ host: '::1', port: 6380 }]],
    ['[fe80::1%eth0]', [{ host: 'fe80::1%eth0', port: 6379 }]],
    [
      ' a:1 ,b,\t[2001:db8::1]:3\n',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 6379 },
        { host: '2001:db8::1', port: 3 },
      ],
    ],
  ])('%j is read', (text, addresses) => {
    expect(parseAddresses(text)).toEqual({ addresses });
  });

  it.each([
    '',
    ' ',
    ',',
    'a:1,',
    'a:1,,b:2',
    ':6379',
    'a:',
    'a:0',
    'a:65536',
    'a:-1',
    'a:1:2',
    'a:6379/0',
    'user@a:1',
    'a b:1',
    '::1',
    '2001:db8::1:6379',
    '[localhost]:1',
    '[::1',
    '[::1]6379',
    'redis://a:1',
    'a\0b',
  ])('%j is refused', (text) => {
    expect(parseAddresses(text)).toHaveProperty('problem');
  });

  it('is what was written, in order, for any number of nodes', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), {
          minLength: 1,
          maxLength: 9,
        }),
        (nodes) => {
          expect(parseAddresses(nodes.map((node) => `${node.host}:${node.port}`).join(', '))).toEqual({
            addresses: nodes.map((node) => ({ ...node, host: node.host.replace(/^\[|\]$/g, '') })),
          });
        },
      ),
    );
  });

  it('that is refused is not repeated, because it may hold a password', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z]{12}$/),
        fc.constantFrom('redis://:', 'u:', ''),
        (secret, before) => {
          expect(JSON.stringify(parseAddresses(`${before}${secret}@host:6379`))).not.toContain(secret);
        },
      ),
    );
  });
});
