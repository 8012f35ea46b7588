/** `serve --workers`: several processes behind one port, and the supervisor that keeps them. */

import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { childProcesses, isRunning } from '../support/child-processes.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';
import { until } from '../support/until.js';

const READER = ['--destination', DESTINATION_ID];
const LOOKUP = JSON.stringify({
  entity: 'user',
  destinationId: DESTINATION_ID,
  id: { type: 'email', value: 'ada' },
});

let redis: RedisServer;
let served: ServedFiles;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"NAME":"Ada"}' });
});
afterEach(() => served.close());
afterAll(() => redis.close());

/** Asks over a connection of its own, so that any worker may get it. */
function lookUp(token: string, agent: Agent | false = false): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${served.url}/v1/activation`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on('error', reject);
    asked.end(LOOKUP);
  });
}

async function knownToken(): Promise<string> {
  const token = await served.createToken('web', ...READER);
  await expect.poll(() => served.ask(token)).toBe(200);
  return token;
}

function workersThatAnswered(): Set<string> {
  const lines = served.process.output().match(/^.*"path":"\/v1\/activation","status":200.*$/gm) ?? [];
  return new Set(lines.map((line) => /"worker":(\d+)/.exec(line)?.[1] ?? '?'));
}

describe('workers', () => {
  it('share the port: each of them answers, and a line says which', async () => {
    served = await serveFiles(redis.address, '', { workers: 3 });
    expect(served.process.output()).toContain('"workers":3,"msg":"listening"');
    expect(await childProcesses(served.process.pid)).toHaveLength(3);
    const token = await knownToken();
    await Promise.all(Array.from({ length: 6 }, () => lookUp(token)));
    await expect.poll(() => [...workersThatAnswered()].sort()).toEqual(['1', '2', '3']);
  });

  it('that die are started again, after longer and longer pauses; the others serve on', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    const token = await knownToken();
    const [steady = 0, ...others] = await childProcesses(served.process.pid);
    let victim = others[0] ?? 0;
    for (const pauseMs of [100, 200, 400]) {
      process.kill(victim, 'SIGKILL');
      await served.process.waitFor(new RegExp(`"signal":"SIGKILL","restartInMs":${pauseMs},`));
      for (let times = 0; times < 6; times += 1) {
        expect((await lookUp(token)).status).toBe(200);
      }
      victim = await until('another one is there', async () => {
        const now = (await childProcesses(served.process.pid)).filter((pid) => pid !== steady);
        expect(now).toHaveLength(1);
        expect(now).not.toEqual([victim]);
        return now[0] ?? 0;
      });
    }
  });

  it('that are killed take no connection along that was on its way to them', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    await knownToken();
    const [victim = 0] = await childProcesses(served.process.pid);
    process.kill(victim, 'SIGSTOP');
    const { port } = new URL(served.url);
    const ends = { answered: 0, ended: 0 };
    // More than go to the one that stands still: the other answers the rest.
    const connections = Array.from({ length: 4 }, () => {
      const connection = connect(Number(port), '127.0.0.1');
      connection.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
      connection.once('data', () => {
        ends.answered += 1;
      });
      connection.once('error', () => {});
      connection.once('close', () => {
        ends.ended += 1;
      });
      return connection;
    });
    await until('all but one are answered', () => expect(ends).toEqual({ answered: 3, ended: 0 }));
    process.kill(victim, 'SIGKILL');
    await until('that one has ended', () => expect(ends).toEqual({ answered: 3, ended: 1 }));
    for (const connection of connections) {
      connection.destroy();
    }
  });

  it('that come for others get their share of the connections that there are', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    const token = await knownToken();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const all = () => Promise.all(Array.from({ length: 8 }, () => lookUp(token, agent)));
    await all();
    const [, victim = 0] = await childProcesses(served.process.pid);
    process.kill(victim, 'SIGKILL');
    await served.process.waitFor(/a worker has ended/);
    // What was open to it is gone, and comes to the other.
    await until('all have the other', async () =>
      expect((await all()).map(({ status }) => status)).toEqual(Array(8).fill(200)),
    );
    await until('the next one serves', async () => {
      await all();
      expect([...workersThatAnswered()]).toContain('3');
    });
    agent.destroy();
  });

  it('finish what they have begun when the supervisor is told to stop', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    const token = await knownToken();
    const workers = await childProcesses(served.process.pid);
    await redis.pause();
    const answers = Promise.all(Array.from({ length: 8 }, () => lookUp(token)));
    await sleep(100);
    served.process.terminate();
    await sleep(50);
    await redis.resume();
    expect((await answers).map(({ status, text }) => [status, text.includes('Ada')])).toEqual(
      Array(8).fill([200, true]),
    );
    expect(await served.process.exit()).toBe(0);
    expect(workers.filter(isRunning)).toEqual([]);
    expect(served.process.output()).toMatch(/"msg":"stopping"[\s\S]*"msg":"stopped"/);
    expect(served.process.output()).not.toContain('a worker has ended');
    expect(served.process.output().match(/"path":"\/v1\/activation","status":200,/g)).toHaveLength(8);
  });

  it('that are told to stop by themselves finish, and are started again', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    const token = await knownToken();
    const [one = 0] = await childProcesses(served.process.pid);
    process.kill(one, 'SIGTERM');
    await served.process.waitFor(/"code":0,"signal":null,"restartInMs":100/);
    await until('there are two again', async () =>
      expect(await childProcesses(served.process.pid)).toHaveLength(2),
    );
    expect((await lookUp(token)).status).toBe(200);
  });

  it('end with their supervisor, even when it is killed', async () => {
    served = await serveFiles(redis.address, '', { workers: 2 });
    const workers = await childProcesses(served.process.pid);
    process.kill(served.process.pid, 'SIGKILL');
    await until('all have ended', () => expect(workers.filter(isRunning)).toEqual([]));
  });

  it('count a rate together', async () => {
    served = await serveFiles(redis.address, 'limits: { rate: { lookups: 40, seconds: 600 } }\n', {
      workers: 3,
    });
    const token = await served.createToken('web', ...READER);
    await expect.poll(() => served.ask(token)).toBe(200);
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await lookUp(token)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
    expect(statuses.filter((status) => status === 429)).toHaveLength(60);
    await expect.poll(() => workersThatAnswered().size).toBe(3);
  });

  it('count a rate by themselves while their supervisor hangs', async () => {
    served = await serveFiles(redis.address, 'limits: { rate: { lookups: 1000, seconds: 60 } }\n', {
      workers: 2,
    });
    const token = await knownToken();
    // The supervisor hands connections on, so this is one that a worker has.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await lookUp(token, agent)).status).toBe(200);
    process.kill(served.process.pid, 'SIGSTOP');
    try {
      expect((await lookUp(token, agent)).status).toBe(200);
    } finally {
      process.kill(served.process.pid, 'SIGCONT');
      agent.destroy();
    }
  });

  it('come in whole numbers', async () => {
    served = await serveFiles(redis.address, '', { workers: 1 });
    for (const workers of ['0', '1.5', 'many', '-1', '1000']) {
      const { code, output } = await runCli(['serve', '--workers', workers]);
      expect(code).toBe(64);
      expect(output).toContain('It must be a whole number from 1 to 256.');
    }
  });
});
