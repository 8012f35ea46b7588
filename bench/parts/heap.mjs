/** Memory over a million requests. */

import { bodiesOf } from '../cases.mjs';
import { load } from '../load/wrk.mjs';
import { withInspectedGateway } from '../servers.mjs';

const REQUESTS = 1_000_000;
const CONNECTIONS = 32;
const SECONDS_A_STEP = 10;

/** @returns requests answered so far and bytes alive after a collection, step by step */
export function heap({ settings, say }) {
  return withInspectedGateway(settings, ['--expose-gc', '--max-semi-space-size=64'], async (server) => {
    const step = async () => {
      const { requests } = await load({
        ...bodiesOf('one', 'gateway'),
        port: server.port,
        token: settings.token,
        connections: CONNECTIONS,
        seconds: SECONDS_A_STEP,
      });
      const { heapUsed } = await server.ask('heap');
      return { requests, heapMb: heapUsed / 1e6 };
    };
    // Warms up: what is compiled and kept once belongs to no request.
    await step();
    const steps = [];
    for (let requests = 0; requests < REQUESTS; ) {
      const taken = await step();
      requests += taken.requests;
      steps.push({ ...taken, requests });
      say(`${requests} requests, ${taken.heapMb.toFixed(1)} MB`);
    }
    return steps;
  });
}
