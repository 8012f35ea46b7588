/** Real Redis servers for tests: on free loopback ports, without persistence, ended by process id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { redisBinary } from './redis-binary.js';

const START_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 5;

export interface RedisServer {
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** The test's own connection, for putting data and reading what the server counted. */
  readonly client: Redis;
  /** Calls by command since the start or the last reset. */
  commandStats(): Promise<Record<string, number>>;
  resetStats(): Promise<void>;
  /** How often the server has read from a client's socket. Asking for it is one more. */
  socketReads(): Promise<number>;
  /** Ends the server in good order; {@link restart} starts it again on the same port, empty. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: the server hangs, its sockets stay. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Ends everything. May be called twice. */
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** Further arguments of the server, `--requirepass` and its value for one. */
  readonly args?: readonly string[];
}

export async function startRedis({ args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-redis-'));
  let { port, child } = await startOnFreePort(folder, args);
  const password = args[args.indexOf('--requirepass') + 1];
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    protocol: 2,
    retryStrategy: () => 50,
    ...(args.includes('--requirepass') && password !== undefined ? { password } : {}),
  });
  client.on('error', () => {
    // The tests stop servers on purpose.
  });
  await client.connect();

  return {
    port,
    address: `127.0.0.1:${port}`,
    client,
    async commandStats() {
      const info = await client.info('commandstats');
      return Object.fromEntries(
        Array.from(info.matchAll(/cmdstat_([^:]+):calls=(\d+)/g), ([, name, calls]) => [name, Number(calls)]),
      );
    },
    async resetStats() {
      await client.config('RESETSTAT');
    },
    async socketReads() {
      return Number(/total_reads_processed:(\d+)/.exec(await client.info('stats'))?.[1]);
    },
    stop: () => end(child, 'SIGTERM'),
    async restart() {
      child = await start(port, folder, args);
    },
    kill: () => end(child, 'SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async close() {
      client.disconnect();
      await end(child, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startOnFreePort(
  folder: string,
  args: readonly string[],
): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, child: await start(port, folder, args) };
    } catch (error) {
      if (attempt === PORT_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/** Resolves when the server says that it accepts connections. */
function start(port: number, folder: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    redisBinary(),
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const killChild = () => void child.kill('SIGKILL');
  process.once('exit', killChild);
  child.once('exit', () => process.off('exit', killChild));
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`Redis did not start: ${output}`)), START_TIMEOUT_MS);
    child.stdout?.on('data', (data: Buffer) => {
      output += String(data);
      if (output.includes('Ready to accept connections')) {
        clearTimeout(timer);
        resolve(child);
      }
    });
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`Redis ended at its start: ${output}`));
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
