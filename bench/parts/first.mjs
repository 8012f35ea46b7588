/** The first request of a gateway that says it is ready, beside its hundredth. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodiesOf } from '../cases.mjs';
import { METRICS } from '../config.mjs';
import { median } from '../median.mjs';
import { withGateways } from '../servers.mjs';

const STARTS = 9;
const LATER = 100;
const DOCUMENT_ID = 'asked';
/** Each by a case: known ahead by its document, or as text that nobody has sent before. */
const MEASURED = [
  { name: 'one', isTrusted: true },
  { name: 'fifty', isTrusted: true },
  { name: 'rest', isTrusted: false },
  { name: 'one', isTrusted: false },
  { name: 'fifty', isTrusted: false },
];

/** @returns for each, ms of the first request, of the second, and the median of those up to the hundredth */
export async function first({ settings, say }) {
  const figures = [];
  for (const { name, isTrusted } of MEASURED) {
    say(isTrusted ? `${name}, trusted` : name);
    const { path, lines } = bodiesOf(name, 'gateway');
    const all = lines.split('\n').slice(0, LATER);
    const starts = [];
    for (let start = 0; start < STARTS; start += 1) {
      starts.push(
        isTrusted
          ? await withTrusted(settings, JSON.parse(all[0]).query, (server) =>
              once(settings, server, path, all.map(byDocument)),
            )
          : await withGateways(settings, [1], ([server]) => once(settings, server, path, all)),
      );
    }
    figures.push({ name, isTrusted, ...median(starts) });
  }
  return figures;
}

async function withTrusted(settings, text, work) {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-trusted-'));
  const path = join(folder, 'manifest.json');
  writeFileSync(path, JSON.stringify({ [DOCUMENT_ID]: text }));
  const more = `${METRICS}trustedDocuments: { path: ${path} }\n`;
  try {
    return await withGateways({ ...settings, more }, [1], ([server]) => work(server));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function byDocument(line) {
  const { variables } = JSON.parse(line);
  return JSON.stringify({ documentId: DOCUMENT_ID, variables });
}

async function once({ token }, { port }, path, bodies) {
  const times = [];
  // What sends is warm before it measures.
  for (let count = 0; count < LATER; count += 1) {
    await timed({ port, path: '/healthz', method: 'GET' });
  }
  for (const body of bodies) {
    times.push(await timed({ port, path, method: 'POST', token, body }));
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
      if (answer.statusCode !== 200) {
        reject(new Error(`${path} was answered with ${answer.statusCode}`));
      }
      answer.resume().once('end', () => resolve(performance.now() - startedAt));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
