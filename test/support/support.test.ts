/** The tests lean on this folder: what it promises holds. */

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { freePort } from './free-port.js';
import { fixtures, loadFixtureRedis, withoutInsignificantWhitespace } from './profile-fixtures.js';
import { type RedisServer, startRedis } from './redis-server.js';

/** Long enough for an answer over loopback on a busy machine, short enough to wait for one that must not come. */
const SILENCE_MS = 200;
const silence = () => new Promise((resolve) => setTimeout(resolve, SILENCE_MS, 'silence'));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

async function redis(): Promise<RedisServer> {
  const server = await startRedis();
  open.push(server);
  return server;
}

/** One connection that never tries again, so that a test sees what really happens to it. */
function connection(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  open.push({ close: async () => client.disconnect() });
  return client;
}

describe('a Redis server', () => {
  it('runs beside another one with data of its own', async () => {
    const [one, other] = await Promise.all([redis(), redis()]);
    await one.client.set('name', 'one');
    expect(one.port).not.toBe(other.port);
    expect(one.pid).not.toBe(other.pid);
    expect(one.address).toBe(`127.0.0.1:${one.port}`);
    expect(one.url).toBe(`redis://127.0.0.1:${one.port}`);
    expect(await other.client.get('name')).toBeNull();
  });

  it('counts calls by command, and what it read', async () => {
    const server = await redis();
    await server.client.mget('a', 'b');
    await server.client.mget('c');
    expect(await server.commandStats()).toMatchObject({ mget: 2 });
    await server.resetStats();
    expect(await server.commandStats()).not.toHaveProperty('mget');
    const reads = await server.socketReads();
    expect(await server.socketReads()).toBe(reads + 1);
  });

  it('starts again on the same port, empty, after it was stopped or killed', async () => {
    const server = await redis();
    for (const end of ['stop', 'kill'] as const) {
      const before = server.pid;
      await server.client.set('name', 'value');
      await server[end]();
      expect(server.pid).toBeUndefined();
      await expect(connection(server.port).connect()).rejects.toThrow();
      await server.restart();
      expect(server.pid).not.toBe(before);
      expect(await server.client.get('name')).toBeNull();
    }
  });

  it('hangs while it is paused, and answers once it goes on', async () => {
    const server = await redis();
    server.pause();
    const answer = server.client.ping();
    expect(await Promise.race([answer, silence()])).toBe('silence');
    server.resume();
    expect(await answer).toBe('PONG');
  });

  it('ends in good order even when it is paused', async () => {
    const server = await redis();
    server.pause();
    await server.stop();
    expect(server.pid).toBeUndefined();
  });

  it('leaves nothing behind when it is closed, paused or not, however often', async () => {
    const server = await startRedis();
    const [, folder = ''] = (await server.client.config('GET', 'dir')) as string[];
    expect(existsSync(folder)).toBe(true);
    server.pause();
    await server.close();
    await server.close();
    expect(server.pid).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });

  it('is refused a port that is taken', async () => {
    const { port } = await redis();
    await expect(startRedis({ port })).rejects.toThrow('Address already in use');
  });
});

describe('a fault proxy', () => {
  async function start(): Promise<{ server: RedisServer; proxy: FaultProxy; client: Redis }> {
    const server = await redis();
    const proxy = await startFaultProxy(server.port);
    open.push(proxy);
    const client = connection(proxy.port);
    await client.connect();
    expect(await client.ping()).toBe('PONG');
    return { server, proxy, client };
  }

  it('passes what is sent both ways, and counts connections', async () => {
    const { proxy, client } = await start();
    const value = 'x'.repeat(1 << 20);
    await client.set('large', value);
    expect(await client.get('large')).toBe(value);
    expect([proxy.connections, proxy.accepted]).toEqual([1, 1]);
    expect(await client.quit()).toBe('OK');
    await expect.poll(() => proxy.connections).toBe(0);
    expect(proxy.accepted).toBe(1);
  });

  it('lets not a byte through while it stalls, and everything afterwards', async () => {
    const { server, proxy, client } = await start();
    await proxy.setMode('stall');
    const answers = Promise.all([client.set('name', 'value'), client.get('name')]);
    expect(await Promise.race([answers, silence()])).toBe('silence');
    await proxy.setMode('stall');
    expect(await Promise.race([answers, silence()])).toBe('silence');
    expect(await server.client.get('name')).toBeNull();
    await proxy.setMode('pass');
    expect(await answers).toEqual(['OK', 'value']);
  });

  it('accepts while it stalls', async () => {
    const { proxy } = await start();
    await proxy.setMode('stall');
    const second = connection(proxy.port);
    await second.connect();
    expect(await Promise.race([second.ping(), silence()])).toBe('silence');
    expect(proxy.connections).toBe(2);
  });

  it('resets every open connection once', async () => {
    const { proxy, client } = await start();
    const error = errorOf(client);
    proxy.reset();
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
    const next = connection(proxy.port);
    await next.connect();
    expect(await next.ping()).toBe('PONG');
  });

  it('resets open connections and new ones in mode reset', async () => {
    const { proxy, client } = await start();
    const error = errorOf(client);
    await proxy.setMode('reset');
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
    const next = connection(proxy.port);
    const nextError = errorOf(next);
    await next.connect().catch(() => {});
    await next.ping().catch(() => {});
    expect(await nextError).toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.accepted).toBe(2);
  });

  it('refuses new connections and keeps open ones in mode refuse, until the next mode', async () => {
    const { proxy, client } = await start();
    await proxy.setMode('refuse');
    const refused = connection(proxy.port);
    const error = errorOf(refused);
    await expect(refused.connect()).rejects.toThrow();
    expect(await error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await client.ping()).toBe('PONG');
    await proxy.setMode('pass');
    const next = connection(proxy.port);
    await next.connect();
    expect(await next.ping()).toBe('PONG');
  });

  it('lets requests through and drops their replies in mode drop-replies', async () => {
    const { server, proxy, client } = await start();
    await proxy.setMode('drop-replies');
    const answer = client.set('name', 'value');
    await expect.poll(() => server.client.get('name')).toBe('value');
    expect(await Promise.race([answer, silence()])).toBe('silence');
  });

  it('holds back replies by the delay, in their order and whole', async () => {
    const { proxy, client } = await start();
    proxy.setDelayMs(150);
    const begin = performance.now();
    const slow = client.echo('slow');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.setDelayMs(0);
    expect(await Promise.all([slow, client.echo('fast')])).toEqual(['slow', 'fast']);
    // Timers may be early by a millisecond.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(149);
  });

  it('resets its client when the server behind it is killed or away', async () => {
    const { server, proxy, client } = await start();
    const ended = new Promise((resolve) => client.once('end', resolve));
    await server.kill();
    await ended;
    const next = connection(proxy.port);
    const error = errorOf(next);
    await next.connect().catch(() => {});
    await next.ping().catch(() => {});
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends its connections when it is closed, however often', async () => {
    const { proxy, client } = await start();
    const ended = new Promise((resolve) => client.once('end', resolve));
    await proxy.close();
    await proxy.close();
    await ended;
    expect(proxy.connections).toBe(0);
    await expect(connection(proxy.port).connect()).rejects.toThrow();
  });
});

describe('a free port', () => {
  it('is one that a server can listen on', async () => {
    const port = await freePort();
    const server = await startRedis({ port });
    open.push(server);
    expect(server.port).toBe(port);
    expect(await server.client.ping()).toBe('PONG');
  });
});

describe('the interop fixtures', () => {
  it('are 28 cases, read with nothing of their requests lost', () => {
    const text = readFileSync(new URL('../fixtures/profiles.json', import.meta.url), 'utf8');
    const raw = JSON.parse(text) as { cases: { request: unknown }[] };
    expect(fixtures.cases).toHaveLength(28);
    expect(fixtures.cases.map(({ request }) => request)).toEqual(raw.cases.map(({ request }) => request));
  });

  it('carry a valid token where they name none', () => {
    const token = (name: string) => fixtures.cases.find((fixture) => fixture.name === name)?.token;
    expect(token('one model')).toBe('valid');
    expect(token('no token')).toBeNull();
    expect(token('unknown token')).toBe('unknown');
  });

  it('lie in Redis as their commands say', async () => {
    const { client } = await redis();
    for (const fixture of fixtures.cases) {
      await loadFixtureRedis(client, fixture);
    }
    for (const [command, key = '', field = '', value] of fixtures.cases.flatMap((fixture) => fixture.redis)) {
      expect(await (command === 'HSET' ? client.hget(key, field) : client.get(key))).toBe(
        command === 'HSET' ? value : field,
      );
    }
  });
});

describe('removing insignificant white space', () => {
  it('gives what JSON.stringify writes without any', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.stringMatching(/^[ \t\n\r]{0,3}$/), (value, indent) => {
        expect(withoutInsignificantWhitespace(JSON.stringify(value, null, indent))).toBe(
          JSON.stringify(value),
        );
      }),
    );
  });

  it('touches neither strings nor the digits of numbers', () => {
    const compact = '{"a \\" b\\\\":[1E+2,-0.0,10.10,12345678901234567890]," \\t":"x  y"}';
    const spaced =
      '\n{ "a \\" b\\\\" :\t[ 1E+2 , -0.0,\r\n 10.10, 12345678901234567890 ], " \\t" : "x  y" } ';
    expect(withoutInsignificantWhitespace(spaced)).toBe(compact);
  });
});

function errorOf(client: Redis): Promise<unknown> {
  return new Promise((resolve) => client.once('error', resolve));
}
