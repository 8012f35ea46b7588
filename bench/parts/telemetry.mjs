/** What it costs to be seen: a gateway with metrics, the audit's log and traces beside one without any of them. */

import { execFileSync, spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASES } from '../cases.mjs';
import { targetOf } from '../load/target.mjs';
import { load } from '../load/wrk.mjs';

const CONNECTIONS = 32;
const SLICE_SECONDS = 2;
/** Slices of each of the two. Code that only one request in a hundred runs takes long to be compiled. */
const SLICES = { one: { warmUp: 5, measured: 3 }, fifty: { warmUp: 1, measured: 2 } };
/** Of the requests; what examples/tracing.mjs has. */
const TRACED_SHARE = 0.01;
const SERVER = fileURLToPath(new URL('../servers/seen.mjs', import.meta.url));
const SET_UP = fileURLToPath(new URL('../../examples/tracing.mjs', import.meta.url));

/**
 * Two processes of the same code differ by up to a tenth, by what V8 has made of it and where it lies in memory. So both gateways are in one process
 * (servers/seen.mjs) and are asked in turn; every round has a new one, in which the other comes first. V8 compiles the closures of either by
 * themselves, so that processes still differ, by some 4 %: there are many short rounds rather than few long ones. What it costs is told for each round by itself as
 * well: their spread says how sure it is. Only what a process has once, a timer and the observers of prom-client, is in both. The gateway is scraped at every second slice, which is more often than Prometheus asks.
 * @returns case → the round whose ratio is the median: CPU µs a profile of `off` and of `on`, and their ratio; `rounds` has those of each
 */
export async function telemetry({ settings, rounds, say }) {
  const collector = await startCollector();
  const found = Object.fromEntries(Object.keys(SLICES).map((name) => [name, []]));
  try {
    const processes = 2 * rounds - 1;
    for (let round = 0; round < processes; round += 1) {
      say(`round ${round + 1} of ${processes}`);
      const order = inOrder(round);
      await withServer({ ...settings, order }, collector.port, async (server) => {
        for (const [name, { warmUp, measured }] of Object.entries(SLICES)) {
          await inTurn(settings, server, name, warmUp);
          found[name].push(await inTurn(settings, server, name, measured));
        }
      });
    }
  } finally {
    collector.close();
  }
  if (collector.received() === 0) {
    throw new Error('no traces came to the collector');
  }
  return Object.fromEntries(Object.entries(found).map(([name, rounds]) => [name, summary(rounds)]));
}

/** The first of the two is the other one every time. */
function inOrder(round) {
  return round % 2 === 0 ? ['off', 'on'] : ['on', 'off'];
}

/** @returns CPU µs a profile of each of the two */
async function inTurn(settings, { ports, ask }, name, slices) {
  const sums = { off: { cpuUs: 0, profiles: 0 }, on: { cpuUs: 0, profiles: 0 } };
  for (let slice = 0; slice < slices; slice += 1) {
    for (const which of inOrder(slice)) {
      const before = await ask('cpu');
      const { requests } = await load({
        ...targetOf({ name: 'gateway', port: ports[which] }, name, settings),
        connections: CONNECTIONS,
        seconds: SLICE_SECONDS,
      });
      if (which === 'on' && slice % 2 === 0) {
        await ask('scrape');
      }
      await ask('settle');
      sums[which].cpuUs += (await ask('cpu')) - before;
      await ask('collect');
      sums[which].profiles += requests * CASES[name].profiles;
    }
  }
  return { off: sums.off.cpuUs / sums.off.profiles, on: sums.on.cpuUs / sums.on.profiles };
}

/** Of one round, the middle one: the medians of `off` and of `on` may come from different processes, and then say something else than their ratio. */
function summary(rounds) {
  const figures = rounds.map(({ off, on }) => ({ offUs: off, onUs: on, ratio: on / off }));
  const sorted = figures.toSorted((one, other) => one.ratio - other.ratio);
  return { ...sorted[Math.floor(sorted.length / 2)], rounds: figures };
}

/** As a worker, which is what the set-up of traces is for, and with a worker's flags. */
async function withServer(settings, collectorPort, work) {
  const log = startLogReader();
  cluster.setupPrimary({
    exec: SERVER,
    execArgv: ['--import', SET_UP, '--max-semi-space-size=64', '--expose-gc'],
    stdio: ['ignore', log.pipe, 'inherit', 'ipc'],
  });
  const worker = cluster.fork({
    NODE_ENV: 'production',
    BENCH_SETTINGS: JSON.stringify(settings),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
    OTEL_TRACES_SAMPLER_ARG: String(TRACED_SHARE),
  });
  const ended = new AbortController();
  const exit = once(worker, 'exit').then(() => ended.abort());
  try {
    const [ports] = await once(worker, 'message', { signal: ended.signal });
    await work({
      ports,
      async ask(what) {
        worker.send(what);
        const [answer] = await once(worker, 'message', { signal: ended.signal });
        return answer;
      },
    });
  } finally {
    worker.kill();
    await exit;
    log.close();
  }
}

/** What the log goes into under a container's runtime: a pipe (those that Node makes for its children are sockets) that another process reads. */
function startLogReader() {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-log-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  // Where one end is open already, to open the other waits for nobody.
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = openSync(path, constants.O_WRONLY);
  const readEnd = openSync(path, constants.O_RDONLY);
  rmSync(folder, { recursive: true });
  // It ends with the pipe.
  spawn('cat', { stdio: [readEnd, 'ignore', 'inherit'] });
  closeSync(first);
  closeSync(readEnd);
  return { pipe, close: () => closeSync(pipe) };
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
