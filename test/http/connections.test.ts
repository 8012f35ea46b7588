import { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from '../../src/http/connections.js';

const IDLE_MS = 400;
/** What the kernel's buffers of both sides do not hold. */
const LARGE_BYTES = 32 * 1024 * 1024;

let connections: Connections;
let server: Server;
/** At the server's end, and when each was opened. */
let opened: { connection: Socket; at: number }[];
let timer: NodeJS.Timeout | undefined;
const callers: Socket[] = [];

beforeEach(async () => {
  connections = new Connections(IDLE_MS);
  opened = [];
  server = createServer((connection) => {
    opened.push({ connection, at: performance.now() });
    connections.opened(connection);
    connection.on('error', () => {});
    connection.resume().once('close', () => connections.closed(connection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  clearInterval(timer);
  for (const caller of callers.splice(0)) {
    caller.destroy();
  }
  server.close();
});

async function open(): Promise<{ caller: Socket; connection: Socket; openMs(): Promise<number> }> {
  const count = opened.length;
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  callers.push(caller);
  caller.on('error', () => {});
  await expect.poll(() => opened.length, { interval: 1 }).toBe(count + 1);
  const { connection, at } = opened[count] as (typeof opened)[number];
  const closed = new Promise<number>((resolve) => {
    connection.once('close', () => resolve(performance.now() - at));
  });
  return { caller, connection, openMs: () => closed };
}

const requestOf = (connection: Socket) => new IncomingMessage(connection);

describe('a connection', () => {
  it('that carries nothing is closed when its time is over, and not before', async () => {
    const { openMs } = await open();
    const ms = await openMs();
    expect(ms).toBeGreaterThanOrEqual(IDLE_MS);
    expect(ms).toBeLessThan(IDLE_MS * 3);
  });

  it.each([
    { name: 'is told something', tells: 'caller' },
    { name: 'tells something', tells: 'connection' },
  ] as const)('that $name now and then is kept, and closed afterwards', async ({ tells }) => {
    const { openMs, ...ends } = await open();
    ends.caller.resume();
    for (let times = 0; times < 8; times += 1) {
      await sleep(IDLE_MS / 4);
      ends[tells].write('.');
    }
    expect(ends.connection.destroyed).toBe(false);
    expect(await openMs()).toBeGreaterThanOrEqual(IDLE_MS * 3);
  });

  it('whose request is under way is kept until it is answered, one of two as well', async () => {
    const { connection, openMs } = await open();
    const [first, second] = [requestOf(connection), requestOf(connection)];
    connections.serves(first);
    connections.serves(second);
    connections.answered(first);
    await sleep(IDLE_MS * 3);
    expect(connection.destroyed).toBe(false);
    connections.answered(second);
    await openMs();
  });

  it('whose caller is slow to take in what it was sent is kept', async () => {
    const { caller, connection } = await open();
    caller.pause();
    connection.write(Buffer.alloc(LARGE_BYTES));
    await sleep(IDLE_MS * 3);
    expect(connection.destroyed).toBe(false);
    expect(connection.writableLength).toBeGreaterThan(0);
  });

  it('is closed among hundreds of others that are used', async () => {
    const used: Awaited<ReturnType<typeof open>>[] = [];
    timer = setInterval(() => {
      for (const { caller } of used) {
        caller.write('.');
      }
    }, IDLE_MS / 8);
    for (let count = 0; count < 300; count += 1) {
      used.push(await open());
    }
    const { openMs } = await open();
    expect(await openMs()).toBeLessThan(IDLE_MS * 4);
    expect(used.filter(({ connection }) => connection.destroyed)).toEqual([]);
  });
});

describe('hundreds of connections that carry nothing any more', () => {
  it('are closed as soon as one alone', async () => {
    const all: Awaited<ReturnType<typeof open>>[] = [];
    timer = setInterval(() => {
      for (const { caller } of all) {
        caller.write('.');
      }
    }, IDLE_MS / 8);
    for (let count = 0; count < 300; count += 1) {
      all.push(await open());
    }
    clearInterval(timer);
    const idleFrom = performance.now();
    await Promise.all(all.map(({ openMs }) => openMs()));
    // A timer that comes late is late for every step.
    expect(performance.now() - idleFrom).toBeLessThan(IDLE_MS * 2);
  });
});

describe('that connections end with their next answer', () => {
  it('holds for those that there are when they are renewed, and for all once all are to end', async () => {
    const { connection: former } = await open();
    connections.renew();
    const { connection: later } = await open();
    expect([former, later].map((each) => connections.endsNow(each))).toEqual([true, false]);
    connections.end();
    expect(connections.endsNow(later)).toBe(true);
  });
});
