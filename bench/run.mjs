/**
 * Measures the gateway beside its peers and the limit, in turn, several rounds; needs Linux, redis-server and wrk.
 *
 *   npm run bench                        about half an hour; writes bench/results/ and the figures of docs/performance.md
 *   npm run bench -- --quick             under 90 s; prints CPU and requests/s, writes nothing
 *   npm run bench -- --only compare      one part, or several: compare,latency,same-load,workers,curves,heap,
 *                                        overload,first,telemetry;
 *                                        writes nothing,
 *                                        but with --keep its parts of the results of a run of the same day, machine and versions
 */

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DESTINATION_ID, WORKSPACE_ID } from './cases.mjs';
import { compare } from './parts/compare.mjs';
import { curves } from './parts/curves.mjs';
import { first } from './parts/first.mjs';
import { heap } from './parts/heap.mjs';
import { latency } from './parts/latency.mjs';
import { overload } from './parts/overload.mjs';
import { sameLoad } from './parts/same-load.mjs';
import { telemetry } from './parts/telemetry.mjs';
import { workers } from './parts/workers.mjs';
import { startRedis } from './redis.mjs';
import { lastResults, printed, writeResults } from './report.mjs';
import { versions } from './versions.mjs';

/** In the order in which they run. Latency needs the most that each server takes, which is compared before it. */
const PARTS = { compare, latency, 'same-load': sameLoad, workers, curves, heap, overload, first, telemetry };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',') ?? (values.quick ? ['compare'] : Object.keys(PARTS));

const redis = await startRedis();
const bench = {
  settings: {
    redisPort: redis.port,
    token: `agw_${randomBytes(32).toString('base64url')}`,
    workspaceId: WORKSPACE_ID,
    destinationId: DESTINATION_ID,
  },
  isQuick: values.quick,
  rounds: values.quick ? 2 : 5,
  seconds: values.quick ? 2 : 4,
  say: (text) => process.stderr.write(`${text}\n`),
};
const results = { versions: versions(redis.version) };
const last = values.keep ? lastResults(results.versions) : {};
try {
  for (const [name, part] of Object.entries(PARTS).filter(([each]) => only.includes(each))) {
    bench.say(`== ${name}`);
    results[name] = await part(bench, { ...last, ...results });
  }
} finally {
  await redis.stop();
  // Also what was measured before a part failed.
  process.stdout.write(printed(results));
}
if (values.keep && last === undefined) {
  bench.say(
    'Nothing is written: bench/results/ has a run of another day, machine or version, which this one is no part of.',
  );
} else if (values.keep) {
  writeResults({ ...last, ...results });
} else if (!values.quick && values.only === undefined) {
  writeResults(results);
}
