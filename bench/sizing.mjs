/**
 * What sizing needs to know of Redis and of profiles; needs redis-server. Writes bench/results/sizing.json, from which `npm run sizing`
 * writes the figures of docs/sizing.md. CPU is counted, not time, so that what else the machine does changes little.
 *
 *   npm run build && node bench/sizing.mjs    under half a minute
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { PLAIN_REDIS } from '../dist/config/defaults.js';
import { loadSampleProfiles } from '../dist/demo/load-sample-profiles.js';
import { sampleProfiles } from '../dist/demo/sample-profiles.js';
import { openRedisClient } from '../dist/redis/open-client.js';
import { createLogger } from '../dist/telemetry/logger.js';
import { DESTINATION_ID, PROFILES, WORKSPACE_ID } from './cases.mjs';
import { startRedis } from './redis.mjs';
import { versions } from './versions.mjs';

const SECONDS = 5;
const CONNECTIONS = 4;
const MEMORY_SAMPLES = 1_000;
const RESULTS = new URL('./results/', import.meta.url);

const redis = await startRedis();
try {
  const { date, machine } = versions(redis.version);
  const figures = {
    date,
    machine,
    redis: redis.version,
    bench: { ...(await memoryOf(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-*`)), profiles: PROFILES },
    commands: { one: await commands(1), fifty: await commands(50) },
    sample: await sample(),
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL('sizing.json', RESULTS), `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await redis.stop();
}

/** Bytes of a profile: in Redis' memory with its key, and of its reply on the wire. */
async function memoryOf(pattern) {
  const keys = await someKeys(pattern);
  const pipeline = redis.client.pipeline();
  for (const key of keys) {
    pipeline.memory('USAGE', key, 'SAMPLES', 0).hgetallBuffer(key);
  }
  const replies = (await pipeline.exec()).map(([, reply]) => reply);
  const usage = replies.filter((_, index) => index % 2 === 0);
  const stored = replies.filter((_, index) => index % 2 === 1).map(replyBytes);
  return { memoryBytes: mean(usage), replyBytes: mean(stored) };
}

async function someKeys(pattern) {
  const keys = [];
  for await (const found of redis.client.scanStream({ match: pattern, count: 1_000 })) {
    keys.push(...found);
    if (keys.length >= MEMORY_SAMPLES) {
      break;
    }
  }
  return keys.slice(0, MEMORY_SAMPLES);
}

/** In RESP: each string with its length before and two line ends. */
function replyBytes(fields) {
  const strings = Object.entries(fields).flatMap(([name, value]) => [Buffer.byteLength(name), value.length]);
  return strings.reduce((sum, length) => sum + String(length).length + 5 + length, 4);
}

/** HGETALLs as fast as they go, a number of them in each pipeline: CPU of Redis' process for one, and how many it answered. */
async function commands(batch) {
  const clients = Array.from({ length: CONNECTIONS }, () => new Redis(redis.port, '127.0.0.1'));
  const before = await cpuSeconds();
  const start = performance.now();
  const counts = await Promise.all(clients.map((client) => readOn(client, batch, start + SECONDS * 1_000)));
  const seconds = (performance.now() - start) / 1_000;
  const cpu = (await cpuSeconds()) - before;
  for (const client of clients) {
    client.disconnect();
  }
  const count = counts.reduce((sum, each) => sum + each, 0);
  return { cpuUs: (cpu / count) * 1e6, aSecond: Math.round(count / seconds) };
}

async function readOn(client, batch, until) {
  let count = 0;
  while (performance.now() < until) {
    const pipeline = client.pipeline();
    for (let index = 0; index < batch; index += 1) {
      const any = Math.floor(Math.random() * PROFILES);
      pipeline.hgetallBuffer(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-${any}`);
    }
    await pipeline.exec();
    count += batch;
  }
  return count;
}

async function cpuSeconds() {
  const text = await redis.client.info('cpu');
  return ['sys', 'user'].reduce(
    (sum, kind) => sum + Number(new RegExp(`^used_cpu_${kind}:(\\S+)`, 'm').exec(text)?.[1]),
    0,
  );
}

/** The demo's profiles, as the gateway's own loader writes them. */
async function sample() {
  const client = openRedisClient({
    destinationId: DESTINATION_ID,
    settings: { ...PLAIN_REDIS, addresses: [{ host: '127.0.0.1', port: redis.port }], database: 1 },
    timeoutMs: 10_000,
    logger: createLogger({ level: 'silent' }),
  });
  const profiles = sampleProfiles();
  await loadSampleProfiles(client, { workspaceId: WORKSPACE_ID, destinationId: DESTINATION_ID }, profiles);
  await client.close();
  await redis.client.select(1);
  return { ...(await memoryOf('*')), profiles: profiles.length };
}

function mean(list) {
  return Math.round(list.reduce((sum, each) => sum + each, 0) / list.length);
}
