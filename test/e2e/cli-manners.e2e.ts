/** The command line as one who types finds it: help, suggestions, colours, exit codes, and JSON for scripts. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAccessToken, hashAccessToken } from '../../src/access/access-token.js';
import { createProgram } from '../../src/commands/program.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ESCAPE = '\u001b';

let redis: RedisServer;
let folder: string;
let file: string;

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-manners-'));
  file = join(folder, 'gateway.yaml');
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-1`, { user_360: '{}' });
  await writeFile(
    file,
    JSON.stringify({
      destinations: [
        {
          id: DESTINATION_ID,
          workspaceId: WORKSPACE_ID,
          name: 'Production',
          type: 'REDIS',
          config: { address: redis.address },
        },
        {
          id: 'away',
          workspaceId: WORKSPACE_ID,
          type: 'REDIS',
          config: { address: `127.0.0.1:${await freePort()}` },
        },
        { id: 'hook', workspaceId: WORKSPACE_ID, type: 'WEBHOOK' },
      ],
      profileTokens: { keys: [{ kid: 'k', algorithm: 'HS256', secret: 'x'.repeat(48) }] },
    }),
  );
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

describe('help', () => {
  const commands = allCommands();

  it.each(commands.map((command) => [pathOf(command), command] as const))(
    'of %s has examples that name commands and options that there are',
    (_, command) => {
      const examples = helpOf(command)
        .split('\n')
        .filter((line) => line.startsWith('  $ '))
        // Of a pipe, what is ours.
        .map((line) => line.slice('  $ '.length).replace(/^.* \| /, ''));
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const [, ...words] = example.replace(/^PORT=\d+ /, '').split(' ');
        const named = commands.findLast((each) => `${words.join(' ')} `.startsWith(`${pathWithin(each)} `));
        expect(named, example).toBeDefined();
        for (const option of words.filter((word) => word.startsWith('--') && word !== '--help')) {
          expect(named?.options.map(({ long }) => long)).toContain(option);
        }
      }
    },
  );

  it('comes with --help at every command, and ends with 0', async () => {
    for (const args of [['--help'], ['token', 'create', '--help'], ['help', 'destinations']]) {
      const { code, out, err } = await type(args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: activation-gateway/);
    }
  });

  it('shows no default that says nothing', () => {
    for (const command of commands) {
      expect(helpOf(command)).not.toContain('default: []');
    }
  });
});

describe('--version', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await type(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('what is mistyped', () => {
  it.each([
    [['serv'], 'Did you mean serve?'],
    [['token', 'revok', 'web'], 'Did you mean revoke?'],
    [['serve', '--confg', 'x'], 'Did you mean --config?'],
    [['destinations', 'check', '--jsn'], 'Did you mean --json?'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['token', 'rotate'], "missing required argument 'name'"],
    [['serve', '--workers', '0'], 'It must be a whole number from 1 to 256'],
    [['demo', '--redis', 'localhost:6379'], 'Give redis://HOST:PORT'],
    [['token', 'create', '--name', 'x'], 'A reader needs at least one --destination'],
    [[], 'Usage: activation-gateway'],
    [['token'], 'Usage: activation-gateway token'],
  ])('%j ends with 64, and standard error says how to go on', async (args, message) => {
    const { code, out, err } = await type(args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n {4}at /);
  });
});

describe('what cannot be done', () => {
  it.each([
    [['destinations', 'list', '--config', '/nowhere/gateway.yaml'], 'write a configuration there'],
    [['token', 'revoke', 'nobody'], 'has no access token named nobody'],
    [['documents', '/nowhere'], 'it must be a folder of .graphql files'],
    [
      [
        ...['profile-token', 'create', '--access-token', 'nobody'],
        ...['--destination', 'd', '--entity', 'user', '--id', 'a=b'],
      ],
      '`token list` shows those there are',
    ],
  ])('%j ends with 1, in one sentence', async (args, message) => {
    const { code, out, err } = await type(args.includes('--config') ? args : withFile(args));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: .*\n$/);
    expect(err).toContain(message);
  });
});

describe('--json', () => {
  it('prints access tokens through their life', async () => {
    const create = ['token', 'create', '--name', 'web', '--destination', DESTINATION_ID, '--json'];
    const created = await json(withFile(create));
    expect(created).toMatchObject({ entry: { name: 'web', role: 'reader' }, config: file });
    expect(created.entry.sha256).toBe(hashAccessToken(asAccessToken(created.token)));

    const listed = ['token', 'list', '--json'];
    expect(await json(withFile(listed))).toEqual([
      { name: 'web', role: 'reader', destinations: [DESTINATION_ID] },
    ]);
    const rotated = await json(withFile(['token', 'rotate', 'web', '--overlap-hours', '0', '--json']));
    expect(rotated).toEqual({
      name: 'web',
      token: expect.stringMatching(/^agw_/),
      previousUntil: null,
      config: file,
    });
    expect(rotated.token).not.toBe(created.token);
    const minted = await json(
      withFile([
        ...['profile-token', 'create', '--access-token', 'web', '--destination', DESTINATION_ID],
        ...['--entity', 'user', '--id', 'user_id=u-1', '--json'],
      ]),
    );
    expect(minted).toEqual({
      token: expect.stringMatching(/^eyJ/),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await json(withFile(['token', 'revoke', 'web', '--json']))).toEqual({ name: 'web', config: file });
    expect(await json(withFile(listed))).toEqual([]);
  });

  it('prints keys', async () => {
    expect(await json(['profile-token', 'key', '--json'])).toEqual({
      kid: expect.any(String),
      algorithm: 'EdDSA',
      privateKey: expect.stringContaining('BEGIN PRIVATE KEY'),
      publicKey: expect.stringContaining('BEGIN PUBLIC KEY'),
    });
    expect(await json(['profile-token', 'key', '--algorithm', 'HS256', '--json'])).toMatchObject({
      algorithm: 'HS256',
      secret: expect.stringMatching(/^[\w-]{64}$/),
    });
  });

  it('prints destinations, and what was found of each; the exit code says whether all is well', async () => {
    expect(await json(withFile(['destinations', 'list', '--json']))).toEqual([
      { id: DESTINATION_ID, name: 'Production', type: 'REDIS', enabled: true },
      { id: 'away', name: 'away', type: 'REDIS', enabled: true },
      { id: 'hook', name: 'hook', type: 'WEBHOOK', enabled: true },
    ]);
    const { code, out, err } = await type(withFile(['destinations', 'check', '--json']));
    expect({ code, err }).toEqual({ code: 1, err: 'error: 1 of 3 destinations needs a look.\n' });
    expect(JSON.parse(out)).toEqual([
      {
        id: DESTINATION_ID,
        name: 'Production',
        status: 'fine',
        redis: {
          version: expect.stringMatching(/^\d+\./),
          mode: 'single server',
          nodes: 1,
          latencyMs: expect.any(Number),
        },
        keys: { sampled: 1, types: { hash: 1 }, models: ['user_360'] },
      },
      {
        id: 'away',
        name: 'away',
        status: 'wrong',
        problem: expect.stringContaining('nothing listens there'),
      },
      { id: 'hook', name: 'hook', status: 'not read', reason: 'type WEBHOOK' },
    ]);
  });
});

describe('colours', () => {
  const check = () => withFile(['destinations', 'check']);

  it('are for terminals alone', async () => {
    const piped = await type(check());
    expect(piped.out + piped.err).not.toContain(ESCAPE);
    const shown = await typeInTerminal(check());
    expect(shown).toContain(`${ESCAPE}[32m✓`);
    expect(shown).toContain(`${ESCAPE}[31m✗`);
    expect(shown).toContain(`${ESCAPE}[31merror:`);
    expect(await typeInTerminal(['--help'])).toContain(`${ESCAPE}[1mUsage:`);
  });

  it('stay away where NO_COLOR is set', async () => {
    for (const args of [check(), ['--help'], ['serv']]) {
      expect(await typeInTerminal(args, { NO_COLOR: '1' })).not.toContain(ESCAPE);
    }
  });
});

describe('output', () => {
  it('may be read by one who goes away in between', async () => {
    const child = spawn(process.execPath, [MAIN, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += String(data);
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

interface Typed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function withFile(args: readonly string[]): string[] {
  return args[0] === 'documents' ? [...args] : [...args, '--config', file];
}

/** Runs a command to its end, both streams apart. */
function type(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Typed> {
  return run(process.execPath, [MAIN, ...args], env);
}

/** The same with a terminal looking on; the terminal gets both streams. */
async function typeInTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const { out } = await run('script', ['-qec', command, '/dev/null'], { TERM: 'xterm', ...env });
  return out;
}

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Typed> {
  // Whatever the one who runs the tests prefers; and Node takes no terminal of a CI for one with colours.
  const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...own } = process.env;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...own, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => {
    out += String(data);
  });
  child.stderr.on('data', (data: Buffer) => {
    err += String(data);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** What a command that ends well prints for a script. */
async function json(args: readonly string[]) {
  const { code, out, err } = await type(args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

function allCommands(): Command[] {
  const { program } = createProgram({ env: {}, print: () => {} });
  const within = (command: Command): Command[] => [command, ...command.commands.flatMap(within)];
  return within(program);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function pathWithin(command: Command): string {
  return pathOf(command).split(' ').slice(1).join(' ');
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help;
}
