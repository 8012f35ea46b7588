/** A primary and its replica, watched by three real sentinels, on loopback ports, ended by process id. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { endWithThisProcess } from './orphan-guard.js';
import { redisBinary } from './redis-binary.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { onServerPort } from './server-port.js';
import { until } from './until.js';

const SENTINELS = 3;
const QUORUM = 2;
/** A vote that nobody wins is repeated after twice the failover time-out, 4 seconds here. */
const FAILOVER_TIMEOUT_MS = 20_000;

export interface RedisSentinel {
  /** The name by which the sentinels know the primary. */
  readonly name: string;
  /** `127.0.0.1:PORT` of each sentinel. */
  readonly sentinelAddresses: readonly string[];
  /** The server that the sentinels name now. */
  primary(): Promise<RedisServer>;
  /** The other one, whether it runs or not. */
  replica(): Promise<RedisServer>;
  /**
   * Kills the primary with SIGKILL, and resolves with the new one when all sentinels name it and it takes writes: after
   * 1 to 3 seconds. The replica must be running.
   */
  failover(): Promise<RedisServer>;
  /** Ends everything. May be called twice. */
  close(): Promise<void>;
}

export interface RedisSentinelOptions {
  /** `profiles` by default. */
  readonly name?: string;
}

/** Resolves when the replica is in sync and the sentinels know it and each other: after about 3 seconds. */
export async function startSentinel(options: RedisSentinelOptions = {}): Promise<RedisSentinel> {
  const { name = 'profiles' } = options;
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(resource: T): T => {
    opened.push(resource);
    return resource;
  };
  const close = async () => {
    // The sentinels first, or they would fail over once more.
    for (const resource of [...opened].reverse()) {
      await resource.close();
    }
  };
  try {
    const servers = keep(await startPair());
    const sentinels: SentinelProcess[] = [];
    for (let index = 0; index < SENTINELS; index += 1) {
      sentinels.push(keep(await startSentinelProcess(name, servers.first.port)));
    }
    await until('the sentinels know each other', () => assertWatching(sentinels, name));

    const primary = async () => {
      const ports = await Promise.all(sentinels.map(({ client }) => primaryPort(client, name)));
      const [port] = ports;
      assert(
        ports.every((other) => other === port),
        'the sentinels name different primaries',
      );
      return port === servers.first.port ? servers.first : servers.second;
    };
    const otherThan = (server: RedisServer) => (server === servers.first ? servers.second : servers.first);
    return {
      name,
      sentinelAddresses: sentinels.map(({ port }) => `127.0.0.1:${port}`),
      primary: () => until('the sentinels agree', primary),
      replica: async () => otherThan(await until('the sentinels agree', primary)),
      async failover() {
        const old = await until('the sentinels agree', primary);
        const next = otherThan(old);
        assert(next.pid !== undefined, 'There is no running replica to fail over to');
        await old.kill();
        await until(
          'the sentinels fail over',
          async () => {
            assert.equal(await primary(), next, 'the sentinels name the old primary still');
            assert.match(await next.client.info('replication'), /role:master/);
          },
          FAILOVER_TIMEOUT_MS,
        );
        return next;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A primary and a replica in sync with it. */
async function startPair(): Promise<{ first: RedisServer; second: RedisServer; close(): Promise<void> }> {
  const first = await startServer();
  try {
    const second = await startServer('--replicaof', '127.0.0.1', String(first.port));
    const close = async () => {
      await Promise.all([first.close(), second.close()]);
    };
    try {
      await until('the replica is in sync', async () =>
        assert.match(await second.client.info('replication'), /master_link_status:up/),
      );
    } catch (error) {
      await close();
      throw error;
    }
    return { first, second, close };
  } catch (error) {
    await first.close();
    throw error;
  }
}

function startServer(...args: string[]): Promise<RedisServer> {
  return onServerPort((port) => startRedis({ port, args: ['--repl-diskless-sync-delay', '0', ...args] }));
}

interface SentinelProcess {
  readonly port: number;
  readonly client: Redis;
  close(): Promise<void>;
}

async function startSentinelProcess(name: string, primaryPort: number): Promise<SentinelProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-sentinel-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const started = onServerPort(async (port) => {
    // A sentinel writes what it learns into its own configuration file.
    const file = join(folder, 'sentinel.conf');
    await writeFile(file, configuration(name, primaryPort, port, folder));
    return { port, child: await spawnSentinel(file) };
  });
  started.catch(removeFolder);
  const { port, child } = await started;
  const client = new Redis({ host: '127.0.0.1', port, protocol: 2, retryStrategy: () => 50 });
  client.on('error', () => {
    // Ended on purpose, or asked by the waiting above again.
  });
  return {
    port,
    client,
    async close() {
      client.disconnect();
      await end(child);
      await removeFolder();
    },
  };
}

function configuration(name: string, primaryPort: number, port: number, folder: string): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${folder}"`,
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
    '',
  ].join('\n');
}

/** Resolves when the sentinel says that it runs. */
function spawnSentinel(file: string): Promise<ChildProcess> {
  const child = spawn(redisBinary(), [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithThisProcess(child);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += String(data);
      if (output.includes('Sentinel ID is')) {
        resolve(child);
      }
    });
    child.once('exit', () => reject(new Error(`The sentinel ended at its start: ${output}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function assertWatching(sentinels: readonly SentinelProcess[], name: string): Promise<void> {
  for (const { client } of sentinels) {
    assert.match(String(await client.call('SENTINEL', 'CKQUORUM', name)), /3 usable Sentinels/);
    const replicas = await client.call('SENTINEL', 'REPLICAS', name);
    assert(Array.isArray(replicas) && replicas.length === 1, 'the sentinel does not know the replica');
    const [fields] = replicas;
    assert(Array.isArray(fields), 'the sentinel does not describe the replica');
    assert.equal(fields[fields.indexOf('flags') + 1], 'slave');
    assert.equal(fields[fields.indexOf('master-link-status') + 1], 'ok');
  }
}

async function primaryPort(sentinel: Redis, name: string): Promise<number> {
  const address = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
  assert(Array.isArray(address), `no primary is known as ${name}`);
  return Number(address[1]);
}
