/** All servers as fast as they go: CPU a profile, requests/s, latency at that load, memory. */

import { bodiesOf, CASES } from '../cases.mjs';
import { load } from '../load/wrk.mjs';
import { median } from '../median.mjs';
import { withServers } from '../servers.mjs';

const CONNECTIONS = 32;
/** Less, and what V8 has not compiled yet is measured with the rest. */
const WARM_UP_SECONDS = 2;
const QUICK_CASES = ['one', 'fifty'];

/** @returns case → server → medians */
export function compare({ settings, rounds, seconds, isQuick, say }) {
  return withServers(settings, async (servers) => {
    const figures = {};
    for (const [name, { profiles, peers }] of Object.entries(CASES)) {
      if (isQuick && !QUICK_CASES.includes(name)) {
        continue;
      }
      say(name);
      const measured = servers.filter((server) => peers || ['gateway', 'limit'].includes(server.name));
      figures[name] = await inTurn(measured, rounds, (server, round) =>
        once(settings, server, name, profiles, round === 0 ? WARM_UP_SECONDS : seconds),
      );
    }
    return figures;
  });
}

/**
 * Each server once a round, so that what disturbs the machine disturbs all. The first round warms up.
 * @returns server → medians of its figures
 */
export async function inTurn(servers, rounds, measure) {
  const figures = new Map(servers.map((server) => [server, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const server of servers) {
      const figure = await measure(server, round);
      if (round > 0) {
        figures.get(server).push(figure);
      }
    }
  }
  return Object.fromEntries(Array.from(figures, ([{ name }, list]) => [name, median(list)]));
}

async function once(settings, server, name, profiles, seconds) {
  const before = server.usage();
  const { token } = settings;
  const { requests, ...result } = await load({
    ...bodiesOf(name, server.name),
    port: server.port,
    token,
    connections: CONNECTIONS,
    seconds,
  });
  const { cpuUs, peakBytes } = server.usage();
  return { cpuUs: (cpuUs - before.cpuUs) / (requests * profiles), ...result, peakMb: peakBytes / 1e6 };
}
