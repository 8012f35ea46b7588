import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
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

describe('a fault proxy', () => {
  async function start(): Promise<{ server: RedisServer; proxy: FaultProxy; client: Redis }> {
    const server = await startRedis();
    open.push(server);
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

function errorOf(client: Redis): Promise<unknown> {
  return new Promise((resolve) => client.once('error', resolve));
}
