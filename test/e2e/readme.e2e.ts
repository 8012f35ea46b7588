/** The README and the guides, as a user pastes them. */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse as parseGraphQL, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.js';
import { ERROR_STATUS } from '../../src/errors.js';
import { buildSchema } from '../../src/graphql/schema.js';
import { freePort } from '../support/free-port.js';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js';
import { withoutInsignificantWhitespace } from '../support/profile-fixtures.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const blocks = PAGES.flatMap(blocksOf);

let demo: GatewayProcess;
let port: number;

beforeAll(async () => {
  port = await freePort();
  demo = startGatewayProcess(['demo'], { env: { PORT: String(port) } });
  await demo.waitFor(/Ctrl-C/);
});
afterAll(() => demo.stop());

describe('the README', () => {
  it('shows what the demo prints', () => {
    const [shown] = blocksOf('README.md').filter(({ text }) => text.startsWith('activation-gateway serves'));
    expect(demo.output().replaceAll(String(port), '4000')).toContain(shown?.text);
  });

  it('shows what its first query answers', async () => {
    const readme = blocksOf('README.md');
    const query = readme.find(({ text }) => text.startsWith('curl -s http://localhost:4000/graphql'));
    const answer = readme.find(({ language }) => language === 'json');
    expect(await shell(query?.text ?? '')).toBe(answer?.text);
  });
});

describe('every page', () => {
  it.each(blocks.filter(({ text }) => text.startsWith('curl ')))(
    'has curl lines that work: $page',
    async ({ text }) => {
      const answer = await shell(text);
      expect(answer).toMatch(/^\{"(data|entity|token)":/);
      expect(answer).not.toContain('"errors"');
      expect(answer).not.toContain('"data":{}');
    },
  );

  it.each(blocks.filter(({ language }) => language === 'graphql'))(
    'has GraphQL of the schema: $page',
    ({ text }) => {
      expect(validate(buildSchema(), parseGraphQL(text))).toEqual([]);
    },
  );

  it.each(
    // docs/configuration.md has one that is wrong on purpose; test/config/documentation.test.ts knows which.
    blocks.filter(
      ({ page, language, text }) =>
        page !== 'docs/configuration.md' && language === 'yaml' && text.startsWith('destinations:'),
    ),
  )('has configurations that are valid: $page', ({ text }) => {
    expect(() => parseConfig(text, { REDIS_PASSWORD: 'x' })).not.toThrow();
  });

  it.each(blocks.filter(({ language }) => language === 'json'))(
    'has JSON that is JSON: $page',
    ({ text }) => {
      expect(() => JSON.parse(withoutInsignificantWhitespace(text))).not.toThrow();
    },
  );

  it.each(PAGES)('links to files that are there: %s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect(existsSync(join(ROOT, dirname(page), target)), target).toBe(true);
    }
  });
});

describe('docs/errors.md', () => {
  it('has one heading for every code', () => {
    const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    const headings = Array.from(text.matchAll(/^## (\S+)\n\n(\d{3})/gm), ([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(headings)).toEqual(ERROR_STATUS);
  });
});

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return Array.from(
    text.matchAll(/^( *)```(\w*)\n([\s\S]*?)\n\1```$/gm),
    ([, indent = '', language = '', body = '']) => ({
      page,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

async function shell(line: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', line.replaceAll('localhost:4000', `localhost:${port}`)]);
  return stdout;
}
