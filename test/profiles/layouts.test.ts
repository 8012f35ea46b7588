import { describe, expect, it } from 'vitest';
import type { CustomLayout, LayoutConfig, RedisDestinationConfig } from '../../src/config/config.js';
import type { ModelWriting } from '../../src/profiles/layouts/layout.js';
import { layoutOf } from '../../src/profiles/layouts/layout-of.js';
import { parseProfileId } from '../../src/profiles/profile-id.js';
import { DESTINATION_ID, redisDestination, WORKSPACE_ID } from '../support/gateway.js';

const ID = parseProfileId(
  { entity: 'user', type: 'user_id', value: 'u-1' },
  { entity: 'entity', type: 'idType', value: 'idValue' },
);
const KEY = `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-1`;

function writing(layout: LayoutConfig, model: string, useJSONModule = false): ModelWriting | string {
  const destination = redisDestination(DESTINATION_ID, 6379, { layout, redis: { useJSONModule } });
  return layoutOf(destination as RedisDestinationConfig).writing(model);
}

function written(how: ModelWriting | string, traits: string, stored: string | null = null) {
  return typeof how === 'string' ? how : how.write(ID, traits, stored === null ? null : Buffer.from(stored));
}

const custom = (value: CustomLayout['value'], model?: string) =>
  ({
    type: 'custom',
    key: [{ literal: 'c:' }, { placeholder: 'idValue' }],
    entity: 'user',
    idType: 'user_id',
    value,
    model,
  }) as CustomLayout;

describe('how a model is written', () => {
  it('as a field of a hash, which replaces it whole', () => {
    expect(written(writing({ type: 'profiles' }, 'm.x'), '{"A":1}')).toEqual(['hset', KEY, 'm.x', '{"A":1}']);
    expect(written(writing(custom('hash-of-json'), 'm'), '{"A":1}')).toEqual([
      'hset',
      'c:u-1',
      'm',
      '{"A":1}',
    ]);
  });

  it('as a JSON document, merged into what is there: nulls are values, removed traits stay, dots nest', () => {
    const how = writing({ type: 'profiles' }, 'a.b', true);
    expect(written(how, '{"X":1.0}')).toEqual(['json.set', KEY, '$', '{"a":{"b":{"X":1.0}}}']);
    const there = '{"other":{"O":1},"a":{"b":{"GONE":12345678901234567890,"N":{"P":1,"Q":[1,2]},"X":0}}}';
    expect(written(how, '{"X":null,"N":{"Q":[3]},"NEW":"n"}', there)).toEqual([
      'json.set',
      KEY,
      '$',
      '{"other":{"O":1},"a":{"b":{"GONE":12345678901234567890,"N":{"P":1,"Q":[3]},"X":null,"NEW":"n"}}}',
    ]);
    expect(typeof how === 'string' ? how : how.readFirst?.(ID)).toEqual(['json.get', KEY]);
  });

  it('as the fields of an event stream, flattened to text', () => {
    const layout = { type: 'event-stream', idType: 'user_id', model: 'user' } as const;
    const traits = '{"A":{"B":1.50,"C":null,"D":{}},"L":[1, "x"],"T":true,"S":"a\\"b"}';
    expect(written(writing(layout, 'user'), traits)).toEqual([
      'hset',
      'user:u-1',
      'A.B',
      '1.50',
      'L',
      '[1, "x"]',
      'T',
      'true',
      'S',
      'a"b',
    ]);
    expect(written(writing(layout, 'user'), '{"A":null}')).toBeUndefined();
    expect(written(writing(layout, 'user', true), '{"A":1}', '{"B":2}')).toEqual([
      'json.set',
      'user:u-1',
      '$',
      '{"B":2,"A":1}',
    ]);
  });

  it('as JSON in a string', () => {
    expect(written(writing(custom('json-string', 'm'), 'm'), '{"A":1}')).toEqual(['set', 'c:u-1', '{"A":1}']);
  });

  it('not at all where the layout has another model, or several in one text', () => {
    expect(writing(custom('json-string', 'm'), 'n')).toBe(
      'the layout of this destination has one model alone, m',
    );
    expect(writing(custom('hash-of-strings', 'm'), 'n')).toBe(
      'the layout of this destination has one model alone, m',
    );
    expect(writing(custom('json-string'), 'm')).toContain('several models');
  });
});
