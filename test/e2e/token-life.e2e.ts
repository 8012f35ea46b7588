import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { runCli, startGatewayProcess } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';

const WITHIN = { timeout: 1_000, interval: 20 };
const READER = ['--destination', DESTINATION_ID];

let redis: RedisServer;
let served: ServedFiles;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"NAME":"Ada"}' });
});
afterEach(() => served.close());
afterAll(() => redis.close());

describe('a running gateway', () => {
  it('takes a token that is made, rotated and revoked, each within a second', async () => {
    served = await serveFiles(redis.address);
    const token = await served.createToken('web', ...READER);
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);

    const rotated = await served.cli('token', 'rotate', 'web');
    const second = /agw_[\w-]{43}/.exec(rotated.output)?.[0] ?? '';
    await expect.poll(() => served.ask(second), WITHIN).toBe(200);
    // The one before goes on, for those who have not heard yet.
    expect(await served.ask(token)).toBe(200);

    const again = await served.cli('token', 'rotate', 'web', '--overlap-hours', '0');
    const third = /agw_[\w-]{43}/.exec(again.output)?.[0] ?? '';
    await expect.poll(() => served.ask(third), WITHIN).toBe(200);
    expect(await served.ask(second)).toBe(401);
    expect(await served.ask(token)).toBe(401);

    expect((await served.cli('token', 'revoke', 'web')).code).toBe(0);
    await expect.poll(() => served.ask(third), WITHIN).toBe(401);
    // What else is in the file stays as it was.
    expect(await readFile(served.tokensFile, 'utf8')).toBe('# who may read\naccessTokens: []\n');
  });

  it('refuses the profile tokens of an access token that is revoked', async () => {
    served = await serveFiles(
      redis.address,
      'profileTokens: { keys: [{ kid: k, algorithm: HS256, secret: 0123456789abcdef0123456789abcdef }] }\n',
    );
    const token = await served.createToken('bff', ...READER);
    const other = await served.createToken('other', ...READER);
    const minted = await served.cli(
      'profile-token',
      'create',
      '--access-token',
      'bff',
      '--destination',
      DESTINATION_ID,
      '--entity',
      'user',
      '--id',
      'email=ada',
      '--expires-in',
      '60',
    );
    const profileToken = /ey[\w-]+\.[\w-]+\.[\w-]+/.exec(minted.output)?.[0] ?? minted.output;
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);
    expect(await served.ask(profileToken)).toBe(200);
    expect(await served.ask(profileToken)).toBe(200);
    await served.cli('token', 'revoke', 'bff');
    await expect.poll(() => served.ask(profileToken), WITHIN).toBe(401);
    expect(await served.ask(other)).toBe(200);
  });

  it('keeps the tokens it knows when the file is broken or gone, says why, and goes on when it is mended', async () => {
    served = await serveFiles(redis.address);
    const token = await served.createToken('web', ...READER);
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);
    const good = await readFile(served.tokensFile, 'utf8');

    await writeFile(
      served.tokensFile,
      `${good}  - { name: web, role: king, sha256: s3cret-in-the-wrong-place }\n`,
    );
    await served.process.waitFor(/was not reloaded.*|accessTokens\[1\]\.role/);
    expect(served.process.output()).toContain('accessTokens[1].sha256');
    expect(served.process.output()).toContain('the one before is served on');
    expect(served.process.output()).not.toContain('s3cret');
    expect(await served.ask(token)).toBe(200);

    await writeFile(served.tokensFile, 'accessTokens: [');
    await served.process.waitFor(/tokens\.yaml is not valid \(1 mistake\)/);
    expect(await served.ask(token)).toBe(200);

    await writeFile(served.tokensFile, 'accessTokens: []\n');
    await expect.poll(() => served.ask(token), WITHIN).toBe(401);
    await writeFile(served.tokensFile, good);
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);
  });

  it('takes over access tokens that are in the configuration itself', async () => {
    served = await serveFiles(redis.address);
    const token = await served.createToken('web', ...READER);
    await served.process.stop();
    const tokens = await readFile(served.tokensFile, 'utf8');
    const config = await readFile(served.file, 'utf8');
    await writeFile(served.file, `${config.replace('accessTokensFile: tokens.yaml\n', '')}${tokens}`);
    const again = startGatewayProcess(['serve', '--config', served.file]);
    await again.waitFor(/"msg":"listening"/);
    expect(await served.ask(token)).toBe(200);
    await served.cli('token', 'revoke', 'web');
    await expect.poll(() => served.ask(token), WITHIN).toBe(401);
    await again.stop();
  });
});

describe('the day of the last use', () => {
  it('is shown by token list, for the tokens that were used', async () => {
    served = await serveFiles(redis.address, 'accessTokenUseFile: use.json\n');
    const used = await served.createToken('used', ...READER, '--trait', 'm.*', '!m.EMAIL');
    await served.createToken('idle', '--role', 'admin', '--expires-at', '2020-01-01');
    await expect.poll(() => served.ask(used), WITHIN).toBe(200);
    // Written once a minute, and when the gateway ends.
    await served.process.stop();
    const day = new Date().toISOString().slice(0, 10);
    expect(JSON.parse(await readFile(join(served.folder, 'use.json'), 'utf8'))).toEqual({ used: day });
    const { output } = await served.cli('token', 'list');
    expect(output.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'ROLE', 'EXPIRES', 'LAST USE', 'READS'],
      ['used', 'reader', 'never', day, `destinations: ${DESTINATION_ID}; traits: m.*, !m.EMAIL`],
      ['idle', 'admin', '2020-01-01 (expired)', 'never', 'everything'],
      [''],
    ]);
  });
});

describe('the commands of tokens', () => {
  it('say what is wrong', async () => {
    served = await serveFiles(redis.address);
    await served.createToken('web', ...READER);
    for (const [args, message] of [
      [['token', 'revoke', 'wbe'], 'has no access token named wbe'],
      [['token', 'rotate', 'wbe'], 'has no access token named wbe'],
      [['token', 'rotate', 'web', '--overlap-hours', '-1'], 'Give a number of hours'],
      [['token', 'create', '--name', 'web', ...READER], 'has an access token named web'],
      [
        [
          'profile-token',
          'create',
          '--access-token',
          'web',
          '--destination',
          'd',
          '--entity',
          'user',
          '--id',
          'email=a',
        ],
        'has no key that signs for web',
      ],
      [
        [
          'profile-token',
          'create',
          '--access-token',
          'wbe',
          '--destination',
          'd',
          '--entity',
          'user',
          '--id',
          'email=a',
        ],
        'no access token named wbe',
      ],
      [
        [
          'profile-token',
          'create',
          '--access-token',
          'web',
          '--destination',
          'd',
          '--entity',
          'user',
          '--id',
          'email',
        ],
        'Give id type and id value',
      ],
    ] as const) {
      const { code, output } = await served.cli(...args);
      expect(code, args.join(' ')).not.toBe(0);
      expect(output).toContain(message);
      expect(output).not.toContain('    at ');
    }
  });

  it('make keys that the configuration takes', async () => {
    for (const algorithm of ['EdDSA', 'HS256']) {
      const { output } = await runCli(['profile-token', 'key', '--algorithm', algorithm]);
      const key = output.split('\n\n')[1] ?? '';
      served = await serveFiles(redis.address, `profileTokens:\n  keys:\n${key.replace(/^/gm, '  ')}\n`);
      const token = await served.createToken('web', ...READER);
      const { code } = await served.cli(
        'profile-token',
        'create',
        '--access-token',
        'web',
        '--destination',
        DESTINATION_ID,
        '--entity',
        'user',
        '--id',
        'email=ada',
      );
      expect(code).toBe(0);
      await expect.poll(() => served.ask(token), WITHIN).toBe(200);
      await served.close();
    }
  });
});
