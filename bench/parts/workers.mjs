/** What a second worker brings, and how many cores there were for it. */

import { bodiesOf } from '../cases.mjs';
import { load } from '../load/wrk.mjs';
import { withGateways } from '../servers.mjs';
import { inTurn } from './compare.mjs';

const CONNECTIONS = 64;
const CASES = ['one', 'fifty'];

/** @returns case → `gateway` and `gateway, 2 workers` → medians; `cores`: how many the server's processes kept busy */
export function workers({ settings, rounds, seconds, say }) {
  return withGateways(settings, [1, 2], async (servers) => {
    const figures = {};
    for (const name of CASES) {
      say(name);
      figures[name] = await inTurn(servers, rounds, async (server) => {
        const before = server.usage().cpuUs;
        const started = performance.now();
        const { requests: _, ...result } = await load({
          ...bodiesOf(name, 'gateway'),
          port: server.port,
          token: settings.token,
          connections: CONNECTIONS,
          seconds,
        });
        const cores = (server.usage().cpuUs - before) / 1_000 / (performance.now() - started);
        return { ...result, cores };
      });
    }
    return figures;
  });
}
