/** Real Redis servers for tests: on free loopback ports, without persistence, ended by process id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { endWithThisProcess } from './orphan-guard.js';
import { redisBinary } from './redis-binary.js';

const START_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 5;

export interface RedisServer {
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  /** The process id; undefined while the server is stopped. */
  readonly pid: number | undefined;
  /** The test's own connection, for putting data and reading what the server counted. */
  readonly client: Redis;
  /** Calls by command since the start or the last reset. */
  commandStats(): Promise<Record<string, number>>;
  resetStats(): Promise<void>;
  /** How often the server has read from a client's socket. Asking for it is one more. */
  socketReads(): Promise<number>;
  /** Ends the server in good order, a paused one too. */
  stop(): Promise<void>;
  /** Starts a stopped server again on the same port, empty. Resolves when it answers {@link client}. */
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
  /** A free one when left out. */
  readonly port?: number;
}

/** Resolves when the server answers. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { args = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-redis-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const started = startOnPort(options.port, folder, args);
  started.catch(removeFolder);
  let { port, child } = await started;
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
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return hasEnded(child) ? undefined : child.pid;
    },
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
    stop() {
      child.kill('SIGCONT');
      return end(child, 'SIGTERM');
    },
    async restart() {
      child = await start(port, folder, args);
      await client.ping();
    },
    kill: () => end(child, 'SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async close() {
      client.disconnect();
      await end(child, 'SIGKILL');
      await removeFolder();
    },
  };
}

async function startOnPort(
  fixedPort: number | undefined,
  folder: string,
  args: readonly string[],
): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await freePort());
    try {
      return { port, child: await start(port, folder, args) };
    } catch (error) {
      // A free port may be taken between asking for it and using it.
      if (fixedPort !== undefined || attempt === PORT_ATTEMPTS) {
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
  endWithThisProcess(child);
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`Redis did not start: ${output}`));
    }, START_TIMEOUT_MS);
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
  if (hasEnded(child)) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
