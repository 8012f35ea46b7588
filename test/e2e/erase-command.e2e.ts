import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, OTHER_DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { MAIN, runCli } from '../support/gateway-process.js';
import { dumpKeys, type KeyDump, without } from '../support/key-dump.js';
import { onTerminal } from '../support/on-terminal.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const PREFIX = `${WORKSPACE_ID}:${DESTINATION_ID}:user`;
const ADAS = [`${PREFIX}:email:ada@example.com`, `${PREFIX}:user_id:42`, 'user:42'];

let redis: RedisServer;
let folder: string;
let file: string;
let before: KeyDump;

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-erase-'));
  file = join(folder, 'gateway.yaml');
  const destination = (id: string, more: string) => `  - id: ${id}
    workspaceId: ${WORKSPACE_ID}
    name: Production Redis
    type: REDIS
${more}`;
  await writeFile(
    file,
    `destinations:
${destination(DESTINATION_ID, `    allowErase: true\n    linkTraits: { user_id: USER_ID }\n    config: { address: "${redis.address}" }`)}
${destination('disabled', `    enabled: false\n    allowErase: true\n    config: { address: "${redis.address}" }`)}
${destination(OTHER_DESTINATION_ID, `    config: { address: "${redis.address}" }`)}
${destination('away', `    allowErase: true\n    config: { address: "127.0.0.1:${await freePort()}" }`)}
`,
  );
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.client.flushall();
  for (const key of [...ADAS, `${PREFIX}:email:bob@example.com`, 'user:43']) {
    await redis.client.hset(key, { m: '{"A":1.0}' });
  }
  await redis.client.hset(`${PREFIX}:email:ada@example.com`, { links: '{"USER_ID":42}' });
  before = await dumpKeys(redis.client);
});

async function expectGone(...keys: readonly string[]): Promise<void> {
  expect(await dumpKeys(redis.client)).toEqual(without(before, (key) => keys.includes(key)));
}

const erase = (...args: readonly string[]) =>
  runCli(['erase', '--config', file, '--destination', DESTINATION_ID, '--entity', 'user', ...args]);
const ADA = ['--id', 'email=ada@example.com'];

describe('erase', () => {
  it('lists what would be deleted, deletes it with --yes, and has nothing left to do', async () => {
    const dry = await erase(...ADA, '--dry-run');
    expect(dry).toEqual({
      code: 0,
      output: `${ADAS.join('\n')}\nWould delete 3 keys of 1 id, and of 1 id that they are linked to at Production Redis.\n`,
    });
    await expectGone();
    const done = await erase(...ADA, '--yes');
    expect(done).toEqual({
      code: 0,
      output: 'Deleted 3 keys of 1 id, and of 1 id that they are linked to at Production Redis.\n',
    });
    await expectGone(...ADAS);
    expect(await erase(...ADA, '--yes')).toEqual({
      code: 0,
      output: 'Deleted 0 keys of 1 id at Production Redis.\n',
    });
  });

  it('tells scripts in JSON, and leaves links alone where it is told so', async () => {
    const dry = await erase(...ADA, '--dry-run', '--json');
    expect(JSON.parse(dry.output)).toEqual({
      destinationId: DESTINATION_ID,
      entity: 'user',
      dryRun: true,
      ids: 1,
      linkedIds: 1,
      deletedKeys: 3,
      actualKeys: 3,
      keys: ADAS,
    });
    const { code, output } = await erase(...ADA, '--no-links', '--yes', '--json');
    expect([code, JSON.parse(output)]).toEqual([
      0,
      {
        destinationId: DESTINATION_ID,
        entity: 'user',
        dryRun: false,
        ids: 1,
        linkedIds: 0,
        deletedKeys: 1,
        actualKeys: 1,
      },
    ]);
    await expectGone(`${PREFIX}:email:ada@example.com`);
  });

  it('takes many ids from a file, with the line ends and the signs of any system', async () => {
    const ids = Array.from({ length: 2_500 }, (_, i) => `many=${i}`);
    await redis.client.hset(`${PREFIX}:many:2499`, { m: '{}' });
    await redis.client.hset(`${PREFIX}:email:a=b c `, { m: '{}' });
    const list = join(folder, 'ids.txt');
    await writeFile(list, `\uFEFF${[...ids, '', 'email=a=b c ', 'user_id=42', 'many=7'].join('\r\n')}\r\n`);
    const { code, output } = await erase('--ids-file', list, ...ADA, '--yes', '--json');
    expect([code, JSON.parse(output)]).toEqual([
      0,
      // The two keys of user_id=42 are looked for twice: found by a link at first, and named in the end.
      expect.objectContaining({ ids: 2_503, linkedIds: 1, deletedKeys: 5, actualKeys: 2_506 }),
    ]);
    await expectGone(...ADAS);
  });

  it('takes ids from standard input', async () => {
    const child = execFile(process.execPath, [
      MAIN,
      ...['erase', '--config', file, '--destination', DESTINATION_ID, '--entity', 'user'],
      ...['--ids-file', '-', '--yes'],
    ]);
    const exit = new Promise((resolve) => child.once('close', resolve));
    child.stdin?.end('email=ada@example.com\n');
    expect(await exit).toBe(0);
    await expectGone(...ADAS);
  });

  it.each([
    [[], 'Name at least one id'],
    [['--id', 'e:mail=ada', '--yes'], '--id: the id type must not hold a colon'],
    [ADA, 'Nobody can be asked here whether to delete: add --yes'],
    [[...ADA, '--yes', '--entity', 'user:email'], '--entity must not hold a colon'],
    [[...ADA, '--yes', '--destination', 'nowhere'], 'has no Redis destination with this ID'],
    [
      [...ADA, '--yes', '--destination', OTHER_DESTINATION_ID],
      `Nothing may be erased at ${OTHER_DESTINATION_ID}: write allowErase: true there`,
    ],
    [['--ids-file', 'nowhere.txt', '--yes'], 'nowhere.txt cannot be read (ENOENT)'],
  ])('ends with 1 and deletes nothing: %j', async (args, message) => {
    const { code, output } = await erase(...args);
    expect(code).toBe(1);
    expect(output).toContain(message);
    await expectGone();
  });

  it('ends with 64 and deletes nothing where it is not understood', async () => {
    const { code, output } = await erase('--id', 'ada@example.com', '--yes');
    expect(code).toBe(64);
    expect(output).toContain('Give id type and id value');
    await expectGone();
  });

  it.each([
    ['email=ada@example.com\nada', 'line 2: must be type=value'],
    ['email=ada@example.com\ne:mail=x', 'line 2: the id type must not hold a colon'],
    [Buffer.from([0x61, 0x3d, 0xff]), 'is not UTF-8'],
  ])('ends with 1 for a file with a mistake, before anything is deleted', async (content, message) => {
    const list = join(folder, 'wrong.txt');
    await writeFile(list, content);
    const { code, output } = await erase('--ids-file', list, '--yes');
    expect(code).toBe(1);
    expect(output).toContain(message);
    await expectGone();
  });

  it('works at a disabled destination: what is stored there is still there', async () => {
    const key = `${WORKSPACE_ID}:disabled:user:email:ada@example.com`;
    await redis.client.hset(key, { m: '{}' });
    before = await dumpKeys(redis.client);
    const { code } = await erase(...ADA, '--yes', '--destination', 'disabled');
    expect(code).toBe(0);
    await expectGone(key);
  });

  it('ends with 2 where Redis fails', async () => {
    const { code, output } = await erase(...ADA, '--yes', '--destination', 'away');
    expect(code).toBe(2);
    expect(output).toContain('The Redis of destination away cannot be reached');
    expect(output).not.toContain('ada@example.com');
  });

  it('asks on a terminal, and deletes after a yes alone', async () => {
    expect(await eraseOnTerminal('no')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Nothing was deleted.'),
    });
    await expectGone();
    const { code, output } = await eraseOnTerminal('yes');
    expect(output).toContain(
      'Delete 3 keys of 1 id, and of 1 id that they are linked to at Production Redis? Type yes: ',
    );
    expect(code).toBe(0);
    await expectGone(...ADAS);
  });
});

function eraseOnTerminal(answer: string): ReturnType<typeof onTerminal> {
  const command = ['erase', '--config', file, '--destination', DESTINATION_ID, '--entity', 'user', ...ADA];
  return onTerminal(command, { question: 'Type yes: ', answer });
}
