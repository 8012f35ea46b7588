/**
 * Measures the gateway beside its peers and the limit, in turn, several rounds.
 *
 *   npm run bench              about ten minutes; writes results/ and docs/performance.md's table
 *   npm run bench -- --quick   under 90 s; writes nothing
 *   npm run bench -- --only gateway,limit --case one
 */

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { bodiesOf, CASES, DESTINATION_ID, WORKSPACE_ID } from './cases.mjs';
import { load } from './load/wrk.mjs';
import { startRedis } from './redis.mjs';
import { writeReport } from './report.mjs';
import { startServer } from './server-process.mjs';

const SERVERS = ['limit', 'gateway', 'mercurius', 'yoga', 'apollo'];
const CONNECTIONS = 32;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    case: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
const seconds = Number(values.seconds ?? (values.quick ? 2 : 4));
const servers = values.only?.split(',') ?? SERVERS;
const cases =
  values.case?.split(',') ??
  Object.keys(CASES).filter((name) => !values.quick || !['ten', 'hundred'].includes(name));

const redis = await startRedis();
const token = `agw_${randomBytes(32).toString('base64url')}`;
const settings = { redisPort: redis.port, token, workspaceId: WORKSPACE_ID, destinationId: DESTINATION_ID };
const running = [];
try {
  for (const name of servers) {
    running.push(await startServer(name, settings));
  }
  const figures = await measure();
  await writeReport({
    figures,
    redisVersion: redis.version,
    rounds,
    seconds,
    connections: CONNECTIONS,
    keep: !values.quick && values.only === undefined && values.case === undefined,
  });
} finally {
  for (const server of running) {
    server.stop();
  }
  redis.stop();
}

/** case → server → the figures of each round. */
async function measure() {
  const figures = new Map(cases.map((name) => [name, new Map()]));
  for (const [name, { profiles, peers }] of Object.entries(CASES).filter(([each]) => cases.includes(each))) {
    const measured = running.filter((server) => peers || ['gateway', 'limit'].includes(server.name));
    for (let round = 0; round <= rounds; round += 1) {
      for (const server of measured) {
        const figure = await once(server, name, profiles, round === 0 ? 1 : seconds);
        // The first round warms up.
        if (round > 0) {
          const list = figures.get(name).get(server.name) ?? [];
          figures.get(name).set(server.name, [...list, figure]);
        }
      }
    }
  }
  return figures;
}

async function once(server, name, profiles, duration) {
  const { path, lines } = bodiesOf(name, server.name);
  const before = await server.usage();
  const result = await load({
    port: server.port,
    path,
    lines,
    token,
    connections: CONNECTIONS,
    seconds: duration,
  });
  const after = await server.usage();
  return {
    cpuUsPerProfile: (after.cpuUs - before.cpuUs) / (result.requests * profiles),
    requestsPerSecond: result.requests / (result.durationUs / 1e6),
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
    rssMb: after.rss / 1e6,
  };
}
