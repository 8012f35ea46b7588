import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAccessToken, hashAccessToken } from '../../src/access/access-token.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { runCli, startGatewayProcess } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let redis: RedisServer;
let folder: string;
let file: string;

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-cli-'));
  file = join(folder, 'gateway.yaml');
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

function configuration(port: number): string {
  return `# The shop's destinations
destinations:
  - id: ${DESTINATION_ID} # from the RudderStack dashboard
    workspaceId: ${WORKSPACE_ID}
    name: Production Redis
    type: REDIS
    config:
      address: ${redis.address}
      password: \${REDIS_PASSWORD}
  - id: 2XwebhookDestination00000000
    workspaceId: ${WORKSPACE_ID}
    name: A webhook
    type: WEBHOOK
    enabled: false
server:
  host: 127.0.0.1
  port: ${port}
`;
}

describe('token create', () => {
  it('prints a token of 256 random bits once, and the entry with its hash alone', async () => {
    const { code, output } = await runCli([
      'token',
      'create',
      '--name',
      'web',
      '--destination',
      'd1',
      '--destination',
      'd2',
    ]);
    expect(code).toBe(0);
    const token = /agw_[\w-]{43}\b/.exec(output)?.[0] ?? '';
    expect(output.split(token)).toHaveLength(2);
    expect(output).toContain(`    sha256: ${hashAccessToken(asAccessToken(token))}`);
    expect(output).toContain('    destinations:\n      - d1\n      - d2');
  });

  it.each([
    [['--name', 'web'], 'A reader needs at least one --destination ID'],
    [['--name', 'web', '--role', 'admin', '--destination', 'd'], 'An admin reads everything'],
    [['--name', 'web', '--role', 'owner'], 'Allowed choices are admin, reader'],
    [['--name', 'web', '--role', 'admin', '--expires-at', 'tomorrow'], 'Give a time with its zone'],
    [[], "required option '--name <name>' not specified"],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, output } = await runCli(['token', 'create', ...args]);
    expect(code).toBe(64);
    expect(output).toContain(message);
  });
});

describe('a configuration, from its first token to its last request', () => {
  it('serves, and ends with 0 on SIGTERM once the requests in flight are answered', async () => {
    const port = await freePort();
    await writeFile(file, configuration(port));
    const create = ['token', 'create', '--name', 'web', '--destination', DESTINATION_ID, '--config', file];
    const { output, code } = await runCli(create);
    expect(code).toBe(0);
    const token = /agw_[\w-]{43}/.exec(output)?.[0];
    const written = await readFile(file, 'utf8');
    expect(written).toContain('# from the RudderStack dashboard');
    expect(written).not.toContain(token);
    const again = await runCli(create);
    expect(again).toMatchObject({
      code: 1,
      output: expect.stringContaining('has an access token named web'),
    });

    const list = await runCli(['destinations', 'list', '--config', file], { env: { REDIS_PASSWORD: '' } });
    expect(list.output.split('\n')).toEqual([
      `${DESTINATION_ID}   REDIS    enabled   Production Redis`,
      '2XwebhookDestination00000000  WEBHOOK  disabled  A webhook',
      '',
    ]);

    const gateway = startGatewayProcess(['serve', '--config', file], { env: { REDIS_PASSWORD: '' } });
    await gateway.waitFor(/"msg":"listening"/);
    await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-1`, { m: '{"A":1}' });
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/v1/activation`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          entity: 'user',
          destinationId: DESTINATION_ID,
          id: { type: 'user_id', value: 'u-1' },
        }),
      });
    expect(await (await ask()).json()).toMatchObject({ data: { m: { A: 1 } } });

    // Redis hangs for a moment, so that requests are in flight while the gateway is told to stop.
    redis.pause();
    const inFlight = Array.from({ length: 10 }, ask);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    gateway.terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(ask()).rejects.toThrow();
    redis.resume();
    for (const answer of await Promise.all(inFlight)) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('connection')).toBe('close');
    }
    expect(await gateway.exit()).toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(gateway.output()).not.toContain(token);
    expect(gateway.output()).not.toContain('u-1');
  });

  it('starts with Redis away, says so, is not ready, and is once Redis is there', async () => {
    const port = await freePort();
    const away = await startRedis();
    await away.stop();
    await writeFile(file, configuration(port).replace(redis.address, away.address));
    const gateway = startGatewayProcess(['serve', '--config', file], { env: { REDIS_PASSWORD: '' } });
    await gateway.waitFor(/"reason":"ECONNREFUSED","msg":"Redis cannot be reached"/);
    await gateway.waitFor(/not every destination answers/);
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
    expect(await ready()).toBe(503);
    await away.restart();
    await expect.poll(ready, { timeout: 2_000, interval: 50 }).toBe(200);
    await gateway.waitFor(/"msg":"Redis is back"/);
    expect(await gateway.stop()).toBe(0);
    await away.close();
  });

  it('tells every mistake of the file at once and ends with 1', async () => {
    await writeFile(file, configuration(70_000).replace('address:', 'adress:'));
    const { code, output } = await runCli(['serve', '--config', file]);
    expect(code).toBe(1);
    for (const part of [
      'destinations[0].config.address',
      'destinations[0].config.adress',
      'server.port',
      'REDIS_PASSWORD',
    ]) {
      expect(output).toContain(part);
    }
  });

  it('says in one sentence when the file is not there or the port is taken', async () => {
    const absent = await runCli(['serve', '--config', join(folder, 'absent.yaml')]);
    expect(absent.code).toBe(1);
    expect(absent.output.trim().split('\n')).toHaveLength(1);
    await writeFile(file, configuration(redis.port));
    const taken = await runCli(['serve', '--config', file], { env: { REDIS_PASSWORD: '' } });
    expect(taken.code).toBe(1);
    expect(taken.output).toContain(`Port ${redis.port} is in use`);
  });
});

describe('the command line', () => {
  it('prints the schema that is published', async () => {
    const { output } = await runCli(['schema']);
    expect(output).toBe(await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  });
});
