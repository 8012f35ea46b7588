/** The tests lean on this folder: what it promises holds. */

import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
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
      await expect(once(connect(server.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
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
