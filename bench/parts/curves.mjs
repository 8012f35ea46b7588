/** How the cost grows with the batch, the size of profiles, the connections and the models. */

import { listBodies, SHAPES } from '../cases.mjs';
import { METRICS } from '../config.mjs';
import { load } from '../load/wrk.mjs';
import { median } from '../median.mjs';
import { withInspectedGateway } from '../servers.mjs';

const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const CONCURRENCIES = [1, 4, 16, 64, 256, 1_000];
const ROUNDS = 3;
const SECONDS = 2;
/** As a worker is started. */
const EXEC_ARGV = ['--max-semi-space-size=64'];
/** What is asked for is a cost: nobody is to be refused, whatever is in flight. */
const MORE = `${METRICS}limits: { overload: { mode: measure } }\n`;

/** @returns curve → points: `x`, CPU a profile in µs, how long the event loop was held at p99 in ms */
export function curves({ settings, say }) {
  return withInspectedGateway({ ...settings, more: MORE }, EXEC_ARGV, async (server) => {
    const points = async (name, list) => {
      say(name);
      const found = [];
      for (const { x, profiles, connections, pick } of list) {
        const rounds = [];
        for (let round = 0; round <= ROUNDS; round += 1) {
          rounds.push(await once(server, settings, { profiles, connections, pick }));
        }
        // The first warms up.
        found.push({ x, ...median(rounds.slice(1)) });
      }
      return found;
    };
    const shape =
      ({ name, profiles }) =>
      () =>
        `${name}-${Math.floor(Math.random() * profiles)}`;
    return {
      batch: await points(
        'batch',
        BATCHES.map((x) => ({ x, profiles: x, connections: 1 })),
      ),
      bytes: await points(
        'bytes',
        SHAPES.filter(({ bytes }) => bytes).map((each) => ({
          x: each.bytes,
          profiles: 10,
          connections: 1,
          pick: shape(each),
        })),
      ),
      connections: await points(
        'connections',
        CONCURRENCIES.map((x) => ({ x, profiles: 10, connections: x })),
      ),
      models: await points(
        'models',
        SHAPES.filter(({ models }) => models).map((each) => ({
          x: each.models,
          profiles: 10,
          connections: 1,
          pick: shape(each),
        })),
      ),
    };
  });
}

async function once(server, { token }, { profiles, connections, pick }) {
  await server.ask('loop');
  const before = server.usage().cpuUs;
  const { requests } = await load({
    ...listBodies(profiles, pick),
    port: server.port,
    token,
    connections,
    seconds: SECONDS,
  });
  const { cpuUs } = server.usage();
  const { p99Ms } = await server.ask('loop');
  return { cpuUs: (cpuUs - before) / (requests * profiles), loopP99Ms: p99Ms };
}
