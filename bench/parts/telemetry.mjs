/** What it costs to be seen: the gateway with metrics, the audit's log and traces beside one without any of them, in turn. */

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { CASES } from '../cases.mjs';
import { withConfigFile } from '../config.mjs';
import { freePort } from '../free-port.mjs';
import { targetOf } from '../load/target.mjs';
import { load } from '../load/wrk.mjs';
import { median } from '../median.mjs';
import { startGateway } from '../server-process.mjs';

const CONNECTIONS = 32;
const MEASURED = ['one', 'fifty'];
/** Code that only one request in a hundred runs takes long to be compiled. */
const WARM_UP_SECONDS = { one: 6, fifty: 2 };
const SLICES = 4;
const SLICE_SECONDS = 1;
/** Of the requests; what examples/tracing.mjs has. */
const TRACED_SHARE = 0.01;
const VARIANTS = [
  { name: 'off' },
  { name: 'metrics', hasMetrics: true },
  { name: 'log', hasLog: true },
  { name: 'traces of 1 %', isTraced: true },
  { name: 'all', hasMetrics: true, hasLog: true, isTraced: true },
];
const SET_UP = fileURLToPath(new URL('../../examples/tracing.mjs', import.meta.url));

/**
 * All variants run at once and are asked in turn, a second each, so that what the machine does meanwhile comes to all of them. Two
 * processes of the same code differ by more than what is measured here, and so do the one that is started first and the
 * last: every round has new ones, in another order. What has metrics is scraped once while it warms up, and once in the four seconds that
 * it is measured for, which is more often than Prometheus asks.
 * @returns case → variant → medians: CPU, and its ratio to that of `off` in the same round
 */
export async function telemetry({ settings, rounds, say }) {
  const collector = await startCollector();
  const found = Object.fromEntries(
    MEASURED.map((name) => [name, Object.fromEntries(VARIANTS.map((variant) => [variant.name, []]))]),
  );
  try {
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      const order = rotated(VARIANTS, round);
      await withGateways(settings, order, collector.port, [], async (gateways) => {
        for (const name of MEASURED) {
          const figures = await inTurn(settings, gateways, name);
          for (const [variant, cpuUs] of figures) {
            found[name][variant].push({ cpuUs, ratio: cpuUs / figures.get('off') });
          }
        }
      });
    }
  } finally {
    collector.close();
  }
  if (collector.received() === 0) {
    throw new Error('no traces came to the collector');
  }
  return Object.fromEntries(
    MEASURED.map((name) => [
      name,
      Object.fromEntries(Object.entries(found[name]).map(([variant, figures]) => [variant, median(figures)])),
    ]),
  );
}

/** @returns variant → CPU µs a profile */
async function inTurn(settings, gateways, name) {
  const sums = new Map(gateways.map(({ server }) => [server.name, { cpuUs: 0, profiles: 0 }]));
  for (const { server, scrape } of gateways) {
    await once(settings, server, name, WARM_UP_SECONDS[name], scrape);
  }
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const { server, scrape } of rotated(gateways, slice)) {
      const { cpuUs, profiles } = await once(
        settings,
        server,
        name,
        SLICE_SECONDS,
        slice === 0 ? scrape : async () => {},
      );
      const sum = sums.get(server.name);
      sum.cpuUs += cpuUs;
      sum.profiles += profiles;
    }
  }
  return new Map(Array.from(sums, ([variant, { cpuUs, profiles }]) => [variant, cpuUs / profiles]));
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** @param work is given the gateways of all variants, and what scrapes each */
async function withGateways(settings, [variant, ...others], collectorPort, running, work) {
  if (variant === undefined) {
    await work(running);
    return;
  }
  const { name, hasMetrics, hasLog, isTraced } = variant;
  const metricsPort = await freePort();
  const more = `${hasMetrics ? `metrics: { port: ${metricsPort} }\n` : ''}${hasLog ? '' : 'audit: { enabled: false }\n'}`;
  const env = isTraced
    ? {
        NODE_OPTIONS: `--import ${SET_UP}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
        OTEL_TRACES_SAMPLER_ARG: String(TRACED_SHARE),
      }
    : {};
  const scrape = async () => {
    if (hasMetrics) {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      await answer.text();
    }
  };
  await withConfigFile({ ...settings, more }, async (file) => {
    const server = await startGateway(file, 1, { name, env });
    try {
      await withGateways(settings, others, collectorPort, [...running, { server, scrape }], work);
    } finally {
      await server.stop();
    }
  });
}

/** @returns CPU in µs, and profiles answered */
async function once(settings, server, name, seconds, meanwhile) {
  const before = server.usage().cpuUs;
  const [{ requests }] = await Promise.all([
    load({ ...targetOf(server, name, settings), connections: CONNECTIONS, seconds }),
    meanwhile(),
  ]);
  return { cpuUs: server.usage().cpuUs - before, profiles: requests * CASES[name].profiles };
}

/** Takes traces and counts their bytes, as somebody else's CPU. */
async function startCollector() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, received: () => bytes, close: () => server.close() };
}
