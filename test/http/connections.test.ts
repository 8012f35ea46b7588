import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connections } from '../../src/http/connections.js';

const IDLE_MS = 64_000;
/** Between the steps of a look. */
const STEP_MS = 1_000;
/** What the kernel's buffers of both sides do not hold. */
const LARGE_BYTES = 32 * 1024 * 1024;

let connections: Connections;
let server: Server;
/** At the server's end. */
let opened: Socket[];
const callers: Socket[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  connections = new Connections(IDLE_MS);
  opened = [];
  server = createServer((connection) => {
    opened.push(connection);
    connections.opened(connection);
    connection.on('error', () => {});
    connection.resume().once('close', () => connections.closed(connection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  vi.useRealTimers();
  for (const caller of callers.splice(0)) {
    caller.destroy();
  }
  server.close();
});

interface Ends {
  readonly caller: Socket;
  readonly connection: Socket;
}

async function open(): Promise<Ends> {
  const count = opened.length;
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  callers.push(caller.resume());
  caller.on('error', () => {});
  await until(() => opened.length > count);
  return { caller, connection: opened[count] as Socket };
}

async function openMany(count: number): Promise<Ends[]> {
  const all: Ends[] = [];
  while (all.length < count) {
    all.push(await open());
  }
  return all;
}

/** The clock stands still, but sockets do not. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await setImmediate();
  }
}

async function tell(from: Socket, to: Socket): Promise<void> {
  const { bytesRead } = to;
  from.write('.');
  await until(() => to.bytesRead > bytesRead);
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    vi.advanceTimersByTime(STEP_MS);
    await setImmediate();
  }
}

const requestOf = (connection: Socket) => new IncomingMessage(connection);

describe('a connection', () => {
  it('that carries nothing is closed when its time is over, and not before', async () => {
    const { connection } = await open();
    await pass(IDLE_MS - STEP_MS);
    expect(connection.destroyed).toBe(false);
    await pass(IDLE_MS / 4 + STEP_MS);
    expect(connection.destroyed).toBe(true);
  });

  it.each([
    { name: 'from its caller', isToCaller: false },
    { name: 'to its caller', isToCaller: true },
  ])('that carries something $name now and then is kept, and closed afterwards', async ({ isToCaller }) => {
    const { caller, connection } = await open();
    const [from, to] = isToCaller ? [connection, caller] : [caller, connection];
    for (let times = 0; times < 8; times += 1) {
      await tell(from, to);
      await pass(IDLE_MS - STEP_MS);
      expect(connection.destroyed).toBe(false);
    }
    await pass(IDLE_MS / 4 + STEP_MS);
    expect(connection.destroyed).toBe(true);
  });

  it('whose request is under way is kept until it is answered, one of two as well', async () => {
    const { connection } = await open();
    const [first, second] = [requestOf(connection), requestOf(connection)];
    connections.serves(first);
    connections.serves(second);
    connections.answered(first);
    await pass(IDLE_MS * 3);
    expect(connection.destroyed).toBe(false);
    connections.answered(second);
    await pass(IDLE_MS * 1.5);
    expect(connection.destroyed).toBe(true);
  });

  it('whose caller is slow to take in what it was sent is kept', async () => {
    const { caller, connection } = await open();
    caller.pause();
    connection.write(Buffer.alloc(LARGE_BYTES));
    await pass(IDLE_MS * 3);
    expect(connection.writableLength).toBeGreaterThan(0);
    expect(connection.destroyed).toBe(false);
  });

  it('is closed among hundreds of others that are used', async () => {
    const used = await openMany(300);
    const { connection: idle } = await open();
    for (let passed = 0; passed < IDLE_MS * 1.3; passed += IDLE_MS / 2) {
      await Promise.all(used.map(({ caller, connection }) => tell(caller, connection)));
      await pass(IDLE_MS / 2);
    }
    expect(idle.destroyed).toBe(true);
    expect(used.filter(({ connection }) => connection.destroyed)).toEqual([]);
  });

  it('is closed as soon where hundreds of others are idle as well', async () => {
    const idle = await openMany(300);
    await pass(IDLE_MS * 1.3);
    expect(idle.filter(({ connection }) => !connection.destroyed)).toEqual([]);
  });

  it('is looked at only while it is there', async () => {
    const others = vi.getTimerCount();
    const { caller, connection } = await open();
    expect(vi.getTimerCount()).toBe(others + 1);
    caller.destroy();
    await once(connection, 'close');
    expect(vi.getTimerCount()).toBe(others);
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
