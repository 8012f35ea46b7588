import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyPart, RedisDestinationConfig } from '../../src/config/config.js';
import { parseKeyTemplate, placeholdersOf } from '../../src/config/key-template.js';
import { layoutOf } from '../../src/profiles/layouts/layout-of.js';
import { parseProfileId } from '../../src/profiles/profile-id.js';

const NAMES = { entity: 'entity', type: 'idType', value: 'idValue' };

describe('a key template', () => {
  it.each([
    'crm:{entity}:{idType}:{idValue}',
    '{workspaceId}/{destinationId}/{entity}:{idType}:{idValue}',
    '{idType}:{entity}:x{idValue}:end',
    'user:{idValue}',
    '{idValue}',
  ])('is taken: %s', (template) => {
    expect(parseKeyTemplate(template)).toHaveProperty('parts');
  });

  it.each([
    ['{entity}{idType}:{idValue}', 'must have a colon behind {entity}'],
    ['{entity}/{idType}:{idValue}', 'must have a colon behind {entity}'],
    ['{entity}:{idType}-{idValue}', 'must have a colon behind {idType}'],
    ['{idValue}:{entity}:', 'must hold {idValue}, behind {entity} and {idType}'],
    ['{entity}:{idType}:', 'must hold {idValue}'],
    ['', 'must hold {idValue}'],
    ['{idValue}{idValue}', 'at most once each'],
    ['{id}:{idValue}', 'may hold the placeholders'],
    ['{{idValue}', 'may hold the placeholders'],
    ['{idValue', 'may hold the placeholders'],
  ])('is refused: %s', (template, problem) => {
    expect(parseKeyTemplate(template)).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  it('that is taken never gives two ids one key', () => {
    const word = fc
      .array(fc.constantFrom('a', 'b', '/', '-', '{'), { minLength: 1, maxLength: 3 })
      .map((w) => w.join(''));
    const value = fc
      .array(fc.constantFrom('a', 'b', ':', '/', '-'), { minLength: 1, maxLength: 4 })
      .map((w) => w.join(''));
    const id = fc.record({ entity: word, type: word, value });
    const piece = fc.constantFrom('{entity}', '{idType}', '{idValue}', ':', 'a', '/', '-', 'b:', ':a');
    const template = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
    let taken = 0;
    fc.assert(
      fc.property(template, id, id, (text, one, other) => {
        const result = parseKeyTemplate(text);
        fc.pre('parts' in result);
        const key = keyOf(result.parts);
        const [first, second] = [key(one), key(other)];
        taken += 1;
        if (first !== undefined && first === second) {
          expect(one).toEqual(other);
        }
      }),
      { numRuns: 2_000, maxSkipsPerRun: 1_000 },
    );
    expect(taken).toBeGreaterThan(1_000);
  });
});

/** The key that a layout of this template reads, through the layout itself; fixed are what the template leaves out. */
function keyOf(
  key: readonly KeyPart[],
): (id: { entity: string; type: string; value: string }) => string | undefined {
  const placeholders = placeholdersOf(key);
  const destination: RedisDestinationConfig = {
    kind: 'redis',
    id: 'd',
    workspaceId: 'w',
    name: 'd',
    type: 'REDIS',
    enabled: true,
    timeoutMs: 250,
    maxProfileBytes: 1_000,
    redis: { addresses: [], database: 0, readFrom: 'primary', prefix: '', useJSONModule: false },
    layout: {
      type: 'custom',
      key,
      value: 'hash-of-json',
      ...(placeholders.has('entity') ? {} : { entity: 'a' }),
      ...(placeholders.has('idType') ? {} : { idType: 'a' }),
    },
  };
  const layout = layoutOf(destination);
  return (id) => layout.command({ id: parseProfileId(id, NAMES), models: 'all' })?.[1];
}
