/** Latency at a load that leaves room, by request sizes; and at 70 % of what each server takes at most. */

import { CASES } from '../cases.mjs';
import { targetOf } from '../load/target.mjs';
import { load } from '../load/wrk.mjs';
import { withServers } from '../servers.mjs';
import { inTurn } from './compare.mjs';

const TENTH = ['one', 'ten', 'fifty', 'hundred'];
const BUSY = ['one', 'fifty'];
const CONNECTIONS = 64;
/** At full load, as a server has it that has run for a while: a compiler at work is measured by `first`. */
const WARM_UP_SECONDS = 2;

/** @returns `tenth` and `seventy`: case → server → medians */
export function latency({ settings, rounds, seconds, say }, { compare }) {
  return withServers(settings, async (servers) => {
    say('warming up');
    for (const name of TENTH) {
      for (const server of servers) {
        const target = targetOf(server, name, settings);
        await load({ ...target, connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
      }
    }
    const tenth = {};
    for (const name of TENTH) {
      say(`a tenth: ${name}`);
      const measured = servers.filter((server) => ['gateway', 'limit'].includes(server.name));
      // The gateway's: the limit is seen at the same load, not at more.
      const rate = compare[name].gateway.requestsPerSecond / 10;
      tenth[name] = await inTurn(measured, rounds, (server) => once(settings, server, name, rate, seconds));
    }
    const seventy = {};
    for (const name of BUSY) {
      say(`70 %: ${name}`);
      seventy[name] = await inTurn(servers, rounds, (server) =>
        once(settings, server, name, compare[name][server.name].requestsPerSecond * 0.7, seconds),
      );
    }
    return { tenth, seventy };
  });
}

async function once(settings, server, name, rate, seconds) {
  const { requests: _, ...figures } = await load({
    ...targetOf(server, name, settings),
    connections: CONNECTIONS,
    // Less the time that an answer takes, which is little beside it.
    pauseMs: (CONNECTIONS / rate) * 1_000,
    seconds,
  });
  return { ...figures, profilesPerSecond: figures.requestsPerSecond * CASES[name].profiles };
}
