/** The figures as Markdown and as a picture, for bench/results/ and docs/performance.md. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { barChart } from './bar-chart.mjs';

const RESULTS = new URL('./results/', import.meta.url);
const PAGE = new URL('../docs/performance.md', import.meta.url);
const [BEGIN, END] = ['<!-- figures: written by `npm run bench` -->', '<!-- /figures -->'];
const PICTURE = '![CPU of the server for one profile](../bench/results/cpu.svg)';

const NAMES = {
  limit: 'the limit',
  gateway: 'activation-gateway',
  mercurius: 'Mercurius, JIT',
  yoga: 'Yoga',
  apollo: 'Apollo Server',
};
const CASES = {
  one: 'GraphQL, one profile',
  ten: 'GraphQL, 10 by `profiles`',
  fifty: 'GraphQL, 50 by `profiles`',
  hundred: 'GraphQL, 100 by `profiles`',
  'fifty aliases': 'GraphQL, 50 by aliases',
  'fifty traits': 'GraphQL, 50 by `profiles`, one `trait` each',
  rest: 'REST, one profile',
};
const CURVES = {
  batch: ['profiles a request', 'one connection, 850 bytes each'],
  bytes: ['bytes a profile', '10 profiles a request, one connection'],
  connections: ['connections', '10 profiles a request'],
  models: ['models a profile', '4,000 bytes in all, 10 profiles a request, one connection'],
};

/** @returns the tables, as Markdown */
export function printed(results) {
  const {
    versions,
    compare,
    latency,
    'same-load': same,
    workers,
    curves,
    heap,
    overload,
    first,
    telemetry,
  } = results;
  return [
    versionsLine(versions),
    compare && compareTables(compare),
    latency && latencyTables(latency),
    same && sameLoadTables(same),
    workers && workersTable(workers),
    curves && curvesTables(curves),
    heap && heapTable(heap),
    overload && overloadTable(overload),
    first && firstTable(first),
    telemetry && telemetryTable(telemetry),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The results that were written last, none where there are none. @returns undefined where they are of another day, machine or version */
export function lastResults(versions) {
  const file = new URL('results.json', RESULTS);
  const last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { versions };
  return isDeepStrictEqual(last.versions, versions) ? last : undefined;
}

/** Writes results.json, table.md and cpu.svg, and the figures of docs/performance.md. */
export function writeResults(results) {
  const text = printed(results);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL('results.json', RESULTS), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(new URL('table.md', RESULTS), text);
  if (results.compare) {
    writeFileSync(new URL('cpu.svg', RESULTS), cpuChart(results));
  }
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${PICTURE}\n\n${text}\n${END}${rest.split(END)[1]}`);
}

function cpuChart({ compare, versions }) {
  return barChart({
    title: 'CPU of the server for one profile, in µs (less is better)',
    note: `${versions.machine}, Node ${versions.node}, Redis ${versions.redis}, ${versions.date}`,
    groups: ['one', 'fifty'].map((name) => ({
      title: CASES[name].replaceAll('`', ''),
      bars: Object.entries(compare[name]).map(([server, { cpuUs }]) => ({
        title: NAMES[server],
        value: cpuUs,
        isOurs: server === 'gateway',
      })),
    })),
  });
}

function versionsLine({ date, machine, node, redis, gateway, mercurius, yoga, apollo, ioredis }) {
  return `${date}, ${machine}; Node ${node}, Redis ${redis}, activation-gateway ${gateway}, Mercurius ${mercurius}, Yoga ${yoga}, Apollo Server ${apollo}, ioredis ${ioredis}.\n`;
}

function compareTables(compare) {
  return Object.entries(compare)
    .map(([name, servers]) => {
      const { limit, gateway } = servers;
      return table(
        CASES[name],
        [
          '',
          'CPU µs a profile',
          'to the limit',
          'requests/s',
          'gateway to it',
          'p50 ms',
          'p99 ms',
          'memory MB',
        ],
        Object.entries(servers).map(([server, figure]) => [
          NAMES[server],
          figure.cpuUs.toFixed(1),
          times(figure.cpuUs / limit.cpuUs),
          figure.requestsPerSecond.toFixed(0),
          server === 'gateway' ? '' : times(gateway.requestsPerSecond / figure.requestsPerSecond),
          figure.p50Ms.toFixed(2),
          figure.p99Ms.toFixed(2),
          figure.peakMb.toFixed(0),
        ]),
      );
    })
    .join('\n');
}

function sameLoadTables(same) {
  return Object.entries(same)
    .map(([name, peers]) =>
      table(
        `The gateway’s latency at 70 % of each peer’s maximum: ${CASES[name]}`,
        ['at the load of', 'requests/s', 'p50 ms', 'p99 ms', 'the peer’s p99 ms'],
        Object.entries(peers).map(([peer, figure]) => [
          NAMES[peer],
          figure.requestsPerSecond.toFixed(0),
          figure.p50Ms.toFixed(2),
          figure.p99Ms.toFixed(2),
          figure.peerP99Ms.toFixed(2),
        ]),
      ),
    )
    .join('\n');
}

function latencyTables({ tenth, seventy }) {
  return [
    table(
      'Latency at a tenth of the gateway’s maximum',
      ['', 'requests/s', 'p50 ms', 'p99 ms', 'limit’s p99 ms', 'to the limit'],
      Object.entries(tenth).map(([name, { gateway, limit }]) => [
        CASES[name],
        gateway.requestsPerSecond.toFixed(0),
        gateway.p50Ms.toFixed(2),
        gateway.p99Ms.toFixed(2),
        limit.p99Ms.toFixed(2),
        times(gateway.p99Ms / limit.p99Ms),
      ]),
    ),
    ...Object.entries(seventy).map(([name, servers]) =>
      table(
        `Latency at 70 % of each server’s own maximum: ${CASES[name]}`,
        ['', 'requests/s', 'p50 ms', 'p99 ms'],
        Object.entries(servers).map(([server, figure]) => [
          NAMES[server],
          figure.requestsPerSecond.toFixed(0),
          figure.p50Ms.toFixed(2),
          figure.p99Ms.toFixed(2),
        ]),
      ),
    ),
  ].join('\n');
}

function workersTable(workers) {
  return table(
    'Two workers',
    ['', 'requests/s, one', 'requests/s, two', '', 'cores busy, one', 'cores busy, two'],
    Object.entries(workers).map(([name, { gateway: one, 'gateway, 2 workers': two }]) => [
      CASES[name],
      one.requestsPerSecond.toFixed(0),
      two.requestsPerSecond.toFixed(0),
      times(two.requestsPerSecond / one.requestsPerSecond),
      one.cores.toFixed(2),
      two.cores.toFixed(2),
    ]),
  );
}

function curvesTables(curves) {
  return Object.entries(curves)
    .map(([name, points]) =>
      table(
        `Cost by ${CURVES[name][0]} (${CURVES[name][1]})`,
        [CURVES[name][0], 'CPU µs a profile', 'event loop held at p99, ms'],
        points.map(({ x, cpuUs, loopP99Ms }) => [
          x.toLocaleString('en'),
          cpuUs.toFixed(1),
          loopP99Ms.toFixed(1),
        ]),
      ),
    )
    .join('\n');
}

function firstTable(cases) {
  return table(
    'The first requests of a gateway that is ready, one after the other',
    ['', 'first ms', 'second ms', 'fiftieth to hundredth ms'],
    cases.map(({ name, isTrusted, firstMs, secondMs, laterMs }) => [
      firstName(name, isTrusted),
      firstMs.toFixed(2),
      secondMs.toFixed(2),
      laterMs.toFixed(2),
    ]),
  );
}

function firstName(name, isTrusted) {
  if (name === 'rest') {
    return CASES[name];
  }
  return `${CASES[name]}, ${isTrusted ? 'a trusted document' : 'an operation that nobody has asked before'}`;
}

function overloadTable(cases) {
  return table(
    'Three times the most that it can, one worker',
    [
      '',
      'most requests/s, before and after',
      'answered/s',
      'of the most',
      'in each round',
      'refused/s',
      'health at worst ms',
      'health failed',
      'well again after ms',
    ],
    Object.entries(cases).map(([name, figures]) => [
      CASES[name],
      [figures.before, figures.after].map((most) => Math.round(most).toLocaleString('en')).join(', '),
      Math.round(figures.goodput).toLocaleString('en'),
      `${Math.round(figures.share * 100)} %`,
      figures.shares.map((share) => Math.round(share * 100)).join(', '),
      Math.round(figures.refused).toLocaleString('en'),
      figures.healthWorstMs.toFixed(0),
      String(figures.healthFailed),
      figures.recoveryMs.toFixed(0),
    ]),
  );
}

function heapTable(steps) {
  const alive = steps.map(({ heapMb }) => heapMb);
  const { requests } = steps.at(-1);
  const part = (Math.max(...alive) - Math.min(...alive)) / alive[0];
  return table(
    'Memory alive after a collection',
    ['requests', 'first MB', 'last MB', 'least and most', 'apart'],
    [
      [
        requests.toLocaleString('en'),
        alive[0].toFixed(1),
        alive.at(-1).toFixed(1),
        `${Math.min(...alive).toFixed(1)} to ${Math.max(...alive).toFixed(1)}`,
        `${(part * 100).toFixed(1)} %`,
      ],
    ],
  );
}

function telemetryTable({ one, fifty }) {
  const more = (ratio) => `${((ratio - 1) * 100).toFixed(1)} %`;
  const row = (name, { offUs, onUs, ratio, rounds }) => [
    name,
    offUs.toFixed(1),
    onUs.toFixed(1),
    more(ratio),
    rounds.map((each) => more(each.ratio)).join(', '),
  ];
  return table(
    'What it costs to be seen (metrics scraped, the audit’s line for every request into a pipe, traces of 1 % sent to a collector)',
    ['CPU µs a profile', 'off', 'on', 'more', 'in each round'],
    [row('one', one), row('fifty', fifty)],
  );
}

function times(ratio) {
  return `${ratio.toFixed(2)} ×`;
}

function table(title, header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return `**${title}**\n\n${[header, rule, ...rows].map(line).join('\n')}\n`;
}
