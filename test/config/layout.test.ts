import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { refusalOf } from './mistakes-of.js';

const file = (layout: string) => `destinations:
  - id: d
    workspaceId: w
    type: REDIS
    config: { address: localhost }
    layout: ${layout}
`;

describe('the layout of a destination', () => {
  it.each([
    ['{ type: profiles }', { type: 'profiles' }],
    ['{ type: event-stream }', { type: 'event-stream', idType: 'user_id', model: 'user' }],
    [
      '{ type: event-stream, idType: email, model: m }',
      { type: 'event-stream', idType: 'email', model: 'm' },
    ],
    [
      '{ type: custom, key: "a:{entity}:{idType}:{idValue}", value: json-document }',
      { type: 'custom', value: 'json-document' },
    ],
    [
      '{ type: custom, key: "a:{idValue}", entity: user, idType: email, value: hash-of-strings, model: m }',
      { type: 'custom', value: 'hash-of-strings', entity: 'user', idType: 'email', model: 'm' },
    ],
  ])('is taken: %s', (layout, expected) => {
    const [destination] = parseConfig(file(layout), {}).destinations;
    expect(destination).toMatchObject({ layout: expected });
  });

  it.each([
    ['{ type: other }', 'layout.type', 'must be profiles, event-stream or custom'],
    ['{}', 'layout.type', 'must be profiles, event-stream or custom'],
    ['hash', 'layout', 'must be a mapping'],
    ['{ type: profiles, key: a }', 'layout.key', 'is not a known key'],
    ['{ type: custom, value: json-string }', 'layout.key', 'is required'],
    [
      '{ type: custom, key: "{entity}:{idType}:{idValue}" }',
      'layout.value',
      'must be hash-of-json, hash-of-strings',
    ],
    [
      '{ type: custom, key: "{entity}-{idValue}", value: json-string }',
      'layout.key',
      'must have a colon behind {entity}',
    ],
    [
      '{ type: custom, key: "{idValue}", idType: a, value: json-string }',
      'layout.entity',
      'is required: the key has no',
    ],
    [
      '{ type: custom, key: "{entity}:{idValue}", entity: a, idType: a, value: json-string }',
      'layout.entity',
      'must be left out: the key has',
    ],
    [
      '{ type: custom, key: "{entity}:{idType}:{idValue}", value: hash-of-strings }',
      'layout.model',
      'is required: the model',
    ],
    [
      '{ type: custom, key: "{entity}:{idType}:{idValue}", value: hash-of-json, model: m }',
      'layout.model',
      'must be left out',
    ],
  ])('is refused with what would be right: %s', (layout, path, message) => {
    const { mistakes } = refusalOf(file(layout));
    const found = mistakes.find((mistake) => mistake.path === `destinations[0].${path}`);
    expect(found?.message).toContain(message);
    expect(found?.line).toBe(6);
  });
});
