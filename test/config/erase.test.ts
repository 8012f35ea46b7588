import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { mistakesOf } from './mistakes-of.js';

const LINKS = 'must be a mapping of id types to the names of traits, { user_id: USER_ID } for example';

const destination = (more: string) => `destinations:
  - id: a
    workspaceId: w
    type: REDIS
    config: { address: localhost }
${more}`;
const eraseOf = (more: string, env = {}) => {
  const [first] = parseConfig(destination(more), env).destinations;
  return first?.kind === 'redis' ? first.erase : 'no Redis';
};

describe('allowErase and linkTraits', () => {
  it('say that nothing may be erased unless it is allowed', () => {
    expect(eraseOf('')).toBeUndefined();
    expect(eraseOf('    allowErase: false\n    linkTraits: { user_id: USER_ID }')).toBeUndefined();
    expect(eraseOf('    allowErase: true')).toEqual({ linkTraits: {} });
    expect(eraseOf(`    allowErase: \${MAY}\n    linkTraits:`, { MAY: 'true' })).toEqual({ linkTraits: {} });
    expect(eraseOf('    allowErase: true\n    linkTraits: { user_id: USER_ID, cart id: C }')).toEqual({
      linkTraits: { user_id: 'USER_ID', 'cart id': 'C' },
    });
  });

  it.each([
    ['    allowErase: yes', 'destinations[0].allowErase', 'must be true or false'],
    ['    allowErase: true\n    linkTraits: [USER_ID]', 'destinations[0].linkTraits', LINKS],
    ['    linkTraits: { "user:id": USER_ID }', 'destinations[0].linkTraits.?', LINKS],
    ['    linkTraits: { user_id: "" }', 'destinations[0].linkTraits.user_id', 'must not be empty'],
    [
      '    linkTraits: { user_id: }',
      'destinations[0].linkTraits.user_id',
      'has no value: give it one, or leave the key out',
    ],
  ])('are refused where they are wrong: %j', (more, path, message) => {
    expect(mistakesOf(destination(more))).toEqual([{ path, line: expect.any(Number), message }]);
  });

  it('may stand at a destination of another type, where nothing is erased', () => {
    const text = destination('    allowErase: true').replace('type: REDIS', 'type: WEBHOOK');
    expect(parseConfig(text, {}).destinations).toMatchObject([{ kind: 'other' }]);
  });
});

describe('catalog', () => {
  it('is a path from the folder of the configuration', () => {
    const text = `${destination('')}\ncatalog: profiles/pb_project.yaml\n`;
    expect(parseConfig(text, {}, '/etc/gateway/gateway.yaml').catalog).toBe(
      resolve('/etc/gateway/profiles/pb_project.yaml'),
    );
    expect(parseConfig(destination(''), {})).not.toHaveProperty('catalog');
    expect(mistakesOf(`${destination('')}\ncatalog: ""\n`)).toEqual([
      { path: 'catalog', line: 7, message: 'must not be empty' },
    ]);
  });
});
