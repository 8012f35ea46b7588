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
const WARM_UP_SECONDS = 1;
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
 * Each variant in a process of its own every round: two processes of the same code differ by more than what is measured here.
 * @returns case → variant → medians. What has metrics is scraped while it is measured.
 */
export async function telemetry({ settings, rounds, seconds, say }) {
  const collector = await startCollector();
  const found = new Map(VARIANTS.map((variant) => [variant, new Map(MEASURED.map((name) => [name, []]))]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      for (const [variant, cases] of found) {
        await withGateway(settings, variant, collector.port, async (server, scrape) => {
          for (const [name, figures] of cases) {
            await once(settings, server, name, WARM_UP_SECONDS, async () => {});
            figures.push(await once(settings, server, name, seconds, scrape));
          }
        });
      }
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
      Object.fromEntries(Array.from(found, ([variant, cases]) => [variant.name, median(cases.get(name))])),
    ]),
  );
}

/** @param work is given the gateway, and what scrapes it */
async function withGateway(settings, { name, hasMetrics, hasLog, isTraced }, collectorPort, work) {
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
      await work(server, scrape);
    } finally {
      await server.stop();
    }
  });
}

async function once(settings, server, name, seconds, meanwhile) {
  const before = server.usage().cpuUs;
  const [{ requests, ...result }] = await Promise.all([
    load({ ...targetOf(server, name, settings), connections: CONNECTIONS, seconds }),
    meanwhile(),
  ]);
  return { cpuUs: (server.usage().cpuUs - before) / (requests * CASES[name].profiles), ...result };
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
