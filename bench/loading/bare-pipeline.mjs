/** The writes that a load makes, by ioredis and nothing else: what Node and the library allow. */

import { Redis } from 'ioredis';
import { keyOf, traitsOf } from './rows.mjs';

const BATCH = 500;
const UNDER_WAY = 4;
/** Texts made ahead, outside the measurement. */
const AHEAD = 20_000;

const [port, rows] = process.argv.slice(2).map(Number);
const redis = new Redis(port, '127.0.0.1');
await redis.ping();

let cpuMicroseconds = 0;
let milliseconds = 0;
for (let from = 0; from < rows; from += AHEAD) {
  const count = Math.min(AHEAD, rows - from);
  const writes = Array.from({ length: count }, (_, index) => [keyOf(from + index), traitsOf(from + index)]);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const underWay = [];
  for (let at = 0; at < count; at += BATCH) {
    const pipeline = redis.pipeline();
    for (const [key, traits] of writes.slice(at, at + BATCH)) {
      pipeline.hset(key, 'user_360', traits);
    }
    underWay.push(pipeline.exec());
    if (underWay.length >= UNDER_WAY) {
      await underWay.shift();
    }
  }
  await Promise.all(underWay);
  milliseconds += performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  cpuMicroseconds += user + system;
}
redis.disconnect();
globalThis.account = { seconds: milliseconds / 1_000, cpuSeconds: cpuMicroseconds / 1e6 };
