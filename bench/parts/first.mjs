/** The first request of a gateway that says it is ready, beside its hundredth. */

import { request } from 'node:http';
import { bodiesOf } from '../cases.mjs';
import { median } from '../median.mjs';
import { withGateways } from '../servers.mjs';

const STARTS = 9;
const LATER = 100;
const MEASURED = ['one', 'fifty'];

/** @returns case → ms of the first request, of the second, and the median of those up to the hundredth */
export async function first({ settings, say }) {
  const figures = {};
  for (const name of MEASURED) {
    say(name);
    const starts = [];
    for (let start = 0; start < STARTS; start += 1) {
      starts.push(await withGateways(settings, [1], ([server]) => once(settings, server, name)));
    }
    figures[name] = median(starts);
  }
  return figures;
}

async function once({ token }, { port }, name) {
  const { path, lines } = bodiesOf(name, 'gateway');
  const bodies = lines.split('\n');
  const times = [];
  // What sends is warm before it measures.
  for (let count = 0; count < LATER; count += 1) {
    await timed({ port, path: '/healthz', method: 'GET' });
  }
  for (let count = 0; count < LATER; count += 1) {
    times.push(await timed({ port, path, method: 'POST', token, body: bodies[count % bodies.length] }));
  }
  const later = times.slice(LATER / 2).toSorted((one, other) => one - other);
  return { firstMs: times[0], secondMs: times[1], laterMs: later[Math.floor(later.length / 2)] };
}

/** Milliseconds until the answer is there, over a connection of its own. */
function timed({ port, path, method, token, body }) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = token && { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(performance.now() - startedAt));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
