/**
 * Everything at once, for as long as it is asked to: at 70 % of the most that it can, a gateway's configuration changes, its tokens
 * are rotated, its Redis is restarted and its workers are killed. `npm run soak -- --minutes 15` has the times of a long one; by
 * itself this is a few seconds of it, as a test.
 */

import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { childProcesses } from '../support/child-processes.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, OTHER_DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { DELAYED_MS, mostRequests, type Question, startPacedLoad } from '../support/paced-load.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { scrape } from '../support/scrape.js';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 0);
const IS_LONG = MINUTES > 0;
const SECONDS = IS_LONG ? MINUTES * 60 : 10;
/** Seconds between the events of each kind. */
const EVERY = IS_LONG
  ? { reload: 5, rotation: 10, redis: 60, kill: 90 }
  : { reload: 1, rotation: 2, redis: 4, kill: 7 };
const WARM_SECONDS = IS_LONG ? 10 : 2;
const LOAD = 0.7;
/** A machine that runs other tests too may be late for reasons of its own. */
const [OVERLOAD, TIMEOUT_MS] = IS_LONG ? ['enforce', 250] : ['measure', 2_000];

/** How long after a fault is over its errors may still come. */
const STORE_GRACE_MS = 2_000;
const WORKER_GRACE_MS = 1_000;
/** How long the secret before a rotation works on, and when callers take the new one. */
const OLD_SECRET_MS = 60_000;
const TAKE_NEW_AFTER_MS = 1_000;
/** While a worker or the Redis is away, half of the most is asked for 70 % of it, or nothing is answered: requests are sent late. So long. */
const BEHIND_MS = 10_000;
const CREEP = 0.1;
const MEMORY_GROWTH = 0.1;

const PROFILES = 2_000;
const A_REQUEST = 10;
const QUERY = `query ($d: ID!, $ids: [ProfileIdInput!]!) {
  profiles(entity: "user", destinationId: $d, ids: $ids) { id { value } exists traits }
}`;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) {
    await close();
  }
});

const traitsOf = (id: string) => ({
  churn: `{"SCORE":0.5,"OF":"${id}"}`,
  user_360: `{"ID":"${id}","N":10.10}`,
});

function questions(): Question[] {
  return Array.from({ length: PROFILES / A_REQUEST }, (_, which) => {
    const ids = Array.from({ length: A_REQUEST }, (__, index) => `u-${(which * 7 + index * 13) % PROFILES}`);
    const answers = ids.map((id) => {
      const { churn, user_360 } = traitsOf(id);
      return `{"id":{"value":"${id}"},"exists":true,"traits":{"churn":${churn},"user_360":${user_360}}}`;
    });
    return {
      path: '/graphql',
      body: {
        query: QUERY,
        variables: { d: DESTINATION_ID, ids: ids.map((value) => ({ type: 'user_id', value })) },
      },
      answer: Buffer.from(`{"data":{"profiles":[${answers.join(',')}]}}`),
    };
  });
}

async function startStored(): Promise<RedisServer> {
  const redis = await startRedis({ args: ['--appendonly', 'yes'] });
  open.push(() => redis.close());
  const pipeline = redis.client.pipeline();
  for (let index = 0; index < PROFILES; index += 1) {
    const id = `u-${index}`;
    pipeline.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${id}`, traitsOf(id));
  }
  await pipeline.exec();
  return redis;
}

/** Writes a file as editors do, whole. */
async function put(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Does something every so many seconds, until it is told to end. */
function every(seconds: number, work: () => Promise<void>): () => Promise<void> {
  const end = new AbortController();
  const { signal } = end;
  const running = (async () => {
    while (!signal.aborted) {
      await sleep(seconds * 1_000, undefined, { signal }).catch(() => {});
      if (!signal.aborted) {
        await work();
      }
    }
  })();
  return () => {
    end.abort();
    return running;
  };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

const mean = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0) / list.length;
const middle = (list: readonly number[]) =>
  list.filter(Number.isFinite).toSorted((one, other) => one - other)[Math.floor(list.length / 2)] ?? 0;

it(
  'a soak: no wrong answer, no crash, errors only where something was broken',
  async () => {
    const redis = await startStored();
    const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-soak-'));
    open.push(() => rm(folder, { recursive: true, force: true }));
    const [port, metricsPort] = [await freePort(), await freePort()];
    const [file, tokensFile] = [join(folder, 'gateway.yaml'), join(folder, 'tokens.yaml')];
    let generation = 0;
    const configure = () => {
      generation += 1;
      const destination = (id: string) =>
        `  - { id: ${id}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: ${TIMEOUT_MS}, config: { address: "${redis.address}" } }\n`;
      return put(
        file,
        `destinations:\n${destination(DESTINATION_ID)}${generation % 2 === 0 ? destination(OTHER_DESTINATION_ID) : ''}accessTokensFile: tokens.yaml
limits: { depth: { max: ${10 + (generation % 5)} }, rate: { lookups: 1000000, seconds: 1 }, overload: { mode: ${OVERLOAD} } }
metrics: { port: ${metricsPort} }
server: { host: 127.0.0.1, port: ${port} }
`,
      );
    };
    let token = mintAccessToken();
    let before: string | undefined;
    const putTokens = () => {
      const previous =
        before === undefined
          ? ''
          : `, previous: { sha256: ${before}, expiresAt: ${new Date(Date.now() + OLD_SECRET_MS).toISOString()} }`;
      return put(
        tokensFile,
        `accessTokens: [{ name: soak, role: admin, sha256: ${hashAccessToken(token)}${previous} }]\n`,
      );
    };
    await configure();
    await putTokens();
    const gateway = startGatewayProcess(['serve', '--config', file, '--workers', '2'], {
      keeps: (line) => !line.includes('"msg":"request"'),
    });
    open.push(() => gateway.stop());
    await gateway.waitFor(/"msg":"listening"/);
    const [steady = 0] = await childProcesses(gateway.pid);

    const target = { port, token, questions: questions() };
    await mostRequests(target, WARM_SECONDS);
    const most = await mostRequests(target, WARM_SECONDS);
    const load = startPacedLoad(target, LOAD * most);
    const startedAt = performance.now();
    const windows: { readonly kinds: readonly string[]; readonly from: number; readonly to: number }[] = [];
    const memory: number[] = [];
    let kills = 0;
    const ends = [
      every(EVERY.reload, configure),
      every(EVERY.rotation, async () => {
        before = hashAccessToken(token);
        token = mintAccessToken();
        await putTokens();
        await sleep(TAKE_NEW_AFTER_MS);
        load.useToken(token);
      }),
      every(EVERY.redis, async () => {
        const from = performance.now();
        await redis.stop();
        await redis.restart();
        windows.push({
          kinds: ['STORE_UNAVAILABLE', 'STORE_TIMEOUT'],
          from,
          to: performance.now() + STORE_GRACE_MS,
        });
      }),
      every(EVERY.kill, async () => {
        const others = (await childProcesses(gateway.pid)).filter((pid) => pid !== steady);
        const from = performance.now();
        for (const pid of others) {
          process.kill(pid, 'SIGKILL');
          kills += 1;
        }
        windows.push({ kinds: ['CONNECTION'], from, to: from + WORKER_GRACE_MS });
      }),
      every(1, async () => {
        const { samples } = await scrape(metricsPort);
        expect(samples.length).toBeGreaterThan(100);
        memory.push((await residentMb(gateway.pid)) + (await residentMb(steady)));
      }),
    ];
    await sleep(SECONDS * 1_000);
    await Promise.all(ends.map((end) => end()));
    await sleep(STORE_GRACE_MS);
    const { requests, right, delayed, failures, medians } = await load.stop();
    const output = gateway.output();

    const stray = failures.filter(
      ({ at, kind }) =>
        !windows.some(({ kinds, from, to }) => kinds.includes(kind) && at >= from && at <= to),
    );
    const strayDelayed = delayed.filter(
      (at) => !windows.some(({ from }) => at >= from - DELAYED_MS && at <= from + BEHIND_MS),
    ).length;
    const span = Math.min(60, Math.floor(medians.length / 4));
    const [first, last] = [middle(medians.slice(0, span)), middle(medians.slice(-span))];
    const quarter = Math.floor(memory.length / 4);
    const [early, late] = [mean(memory.slice(quarter, 2 * quarter)), mean(memory.slice(-quarter))];
    process.stdout.write(
      `soak of ${SECONDS} s at ${Math.round(LOAD * most)} of ${Math.round(most)} requests/s: ${requests} requests, ${right} right, ${failures.length} failed in ${windows.length} windows, ${stray.length} outside, ${delayed.length} sent more than a second late, ${strayDelayed} of them outside; ${kills} workers killed; p50 ${first.toFixed(2)} ms at first, ${last.toFixed(2)} ms at last; supervisor and one worker ${early.toFixed(0)} MB early, ${late.toFixed(0)} MB late\n`,
    );
    expect(
      stray.slice(0, 5).map(({ at, ...rest }) => ({ after: (at - startedAt) / 1_000, ...rest })),
    ).toEqual([]);
    expect(right + failures.length).toBe(requests);
    expect(kills).toBeGreaterThan(0);
    expect(output.match(/a worker has ended/g)).toHaveLength(kills);
    expect(await childProcesses(gateway.pid)).toContain(steady);
    // Whatever else is an error in the log: level 50.
    expect(
      output.split('\n').filter((line) => line.includes('"level":50') && !line.includes('SIGKILL')),
    ).toEqual([]);
    expect(output.match(/the configuration was reloaded/g)?.length).toBeGreaterThan(
      SECONDS / EVERY.reload / 2,
    );
    if (IS_LONG) {
      expect(strayDelayed).toBe(0);
      expect(last).toBeLessThan(first * (1 + CREEP));
      expect(late).toBeLessThan(early * (1 + MEMORY_GROWTH));
    }
    expect(await gateway.stop()).toBe(0);
  },
  (SECONDS + 120) * 1_000,
);
