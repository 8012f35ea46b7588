/** docs/loading.md as a reader follows it, with the sample table of the repository. */

import { execFile, spawn } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { endWithThisProcess } from '../support/orphan-guard.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const blocks = Array.from(
  readFileSync(join(ROOT, 'docs/loading.md'), 'utf8').matchAll(/^```\w*\n([\s\S]*?)\n```$/gm),
  ([, text = '']) => text,
);

let redis: RedisServer;
let folder: string;
let port: number;

beforeAll(async () => {
  redis = await startRedis();
  port = await freePort();
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-guide-'));
  symlinkSync(join(ROOT, 'dist'), join(folder, 'dist'));
  cpSync(join(ROOT, 'examples/tables'), join(folder, 'examples/tables'), { recursive: true });
  const config = join(folder, 'examples/tables/gateway.yaml');
  const text = await readFile(config, 'utf8');
  await writeFile(
    config,
    text.replace('localhost:6379', redis.address).replace('port: 4000', `port: ${port}`),
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await redis.close();
});

async function shell(command: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', command], { cwd: folder });
  return stdout;
}

/** The block that begins like this. */
function block(start: string, end = ''): string {
  const found = blocks.find((text) => text.startsWith(start) && text.endsWith(end));
  expect(found, start).toBeDefined();
  return found ?? '';
}

it('the guide shows what its commands print, and the gateway answers as it says', async () => {
  const load = 'node dist/main.js load examples/tables/customers.csv';
  const preview = await shell(block(load, '--dry-run'));
  expect(preview).toContain(block('Types that the columns seem to have'));
  expect(await redis.client.dbsize()).toBe(0);

  const printed = await shell(block(load, '--json-columns FAVOURITES'));
  const withoutTime = (text: string) => text.replace(/in [\d.]+ s/, 'in … s').trim();
  expect(withoutTime(printed)).toBe(withoutTime(block('6 rows loaded')));

  const [create = '', serve = ''] = block('node dist/main.js token create').split('\n');
  const token = /agw_\S+/.exec(await shell(create))?.[0] ?? '';
  const [command = '', ...args] = serve.split(' ');
  const gateway = spawn(command, args, { cwd: folder, stdio: 'ignore' });
  endWithThisProcess(gateway);
  try {
    const ask = block('TOKEN=agw_')
      .replace(/TOKEN=.*/, `TOKEN=${token}`)
      .replace(':4000', `:${port}`);
    const answer = await until('the gateway answers', () => shell(ask));
    expect(answer).toBe(block('{"entity":"user"'));
  } finally {
    gateway.kill();
  }

  await redis.client.flushall();
  await shell(block(load, 'pb_project.yaml'));
  const keys = await redis.client.keys('*');
  expect(keys).toHaveLength(12);
  expect(await redis.client.hkeys('my-company:my-tables:user:customer_id:0000417')).toEqual([
    'customers_by_customer_id',
  ]);
  expect(await redis.client.hkeys('my-company:my-tables:user:email:ada@example.com')).toEqual([
    'customers_by_email',
  ]);
});
