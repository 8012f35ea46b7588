import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { refusalOf } from './mistakes-of.js';

const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const [example = '', ofAnotherTool = '', limits = '', broken = ''] = Array.from(
  page.matchAll(/```yaml\n([\s\S]*?)```/g),
  ([, block]) => block,
);
const [output = ''] = Array.from(page.matchAll(/```text\n([\s\S]*?)\n```/g), ([, block]) => block);

describe('the reference of the configuration', () => {
  it('begins with an example that works', () => {
    expect(parseConfig(example, { REDIS_PASSWORD: 'x' })).toMatchObject({
      destinations: [{ kind: 'redis' }],
      accessTokens: [{ role: 'reader' }],
      server: { port: 4000 },
    });
  });

  it('shows how to read what another tool wrote', () => {
    expect(parseConfig(ofAnotherTool, {})).toMatchObject({
      destinations: [{ layout: { type: 'custom', value: 'json-string', entity: 'user' } }],
    });
  });

  it('shows limits that can be taken as they are', () => {
    expect(
      parseConfig(`${example.slice(0, example.indexOf('server:'))}${limits}`, { REDIS_PASSWORD: 'x' }),
    ).toMatchObject({
      limits: {
        depth: { max: 8, mode: 'enforce' },
        aliases: { max: 50, mode: 'measure' },
        rate: { lookups: 2_000 },
      },
    });
  });

  it('shows mistakes as they are really told', () => {
    expect(refusalOf(broken).message).toBe(output);
  });
});
