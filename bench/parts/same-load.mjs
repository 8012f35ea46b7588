/** The gateway at loads that its peers stand too: 70 % of what each of them takes at most. Beside what `latency` found of the peer. */

import { targetOf } from '../load/target.mjs';
import { load } from '../load/wrk.mjs';
import { median } from '../median.mjs';
import { withGateways } from '../servers.mjs';

const PEERS = ['mercurius', 'yoga', 'apollo'];
const MEASURED = ['one', 'fifty'];
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;

/** @returns case → peer → medians of the gateway, and the peer's p99 in ms */
export function sameLoad({ settings, rounds, seconds, say }, { latency }) {
  return withGateways(settings, [1], async ([server]) => {
    const once = (name, more) =>
      load({ ...targetOf(server, name, settings), connections: CONNECTIONS, seconds, ...more });
    const found = {};
    for (const name of MEASURED) {
      say(name);
      await once(name, { seconds: WARM_UP_SECONDS });
      found[name] = {};
      for (const peer of PEERS) {
        const { requestsPerSecond, p99Ms: peerP99Ms } = latency.seventy[name][peer];
        const results = [];
        for (let round = 0; round < rounds; round += 1) {
          results.push(await once(name, { pauseMs: (CONNECTIONS / requestsPerSecond) * 1_000 }));
        }
        found[name][peer] = { ...median(results), peerP99Ms };
      }
    }
    return found;
  });
}
