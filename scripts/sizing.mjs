/**
 * `npm run sizing`: writes the figures of docs/sizing.md from what was measured: bench/results/sizing.json (`node bench/sizing.mjs`), and
 * bench/results/results.json (`npm run bench`) where it is there. `npm run sizing -- --check` says whether they have drifted.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const RESULTS = new URL('../bench/results/', import.meta.url);
const PAGE = new URL('../docs/sizing.md', import.meta.url);
const [BEGIN, END] = ['<!-- figures: written by `npm run sizing` -->', '<!-- /figures -->'];
/** CPU of the gateway for a profile, in µs, for as long as no whole bench was run: of quick ones on two cores. */
const GATEWAY_US = { one: 70, fifty: 13.5 };
/** What is left over is for bursts, for a gateway or a node that is away, and for what the bench does not know. */
const BUSY = 0.6;
const WORKERS_A_GATEWAY = 2;
const LOOKUPS_A_SECOND = [1_000, 10_000, 50_000, 100_000, 1_000_000];

const redis = JSON.parse(readFileSync(new URL('sizing.json', RESULTS), 'utf8'));
const gatewayUs = gatewayFigures();
const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(BEGIN);
const written = `${before}${BEGIN}\n\n${figures()}\n${END}${rest.split(END)[1]}`;

if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, written);
} else if (written !== page) {
  process.stderr.write('docs/sizing.md is not what was measured: run `npm run sizing`.\n');
  process.exitCode = 1;
}

function gatewayFigures() {
  const file = new URL('results.json', RESULTS);
  if (!existsSync(file)) {
    return GATEWAY_US;
  }
  const { compare } = JSON.parse(readFileSync(file, 'utf8'));
  return { one: compare.one.gateway.cpuUs, fifty: compare.fifty.gateway.cpuUs };
}

function figures() {
  return [measured(), needed(), memory()].join('\n');
}

function measured() {
  const { one, fifty } = redis.commands;
  return `Measured on ${redis.date}, ${redis.machine}, Redis ${redis.redis}, profiles of ${redis.bench.replyBytes} bytes on the wire:

| for one profile | 1 a request | 50 a request |
| --- | --- | --- |
| CPU of the gateway | ${digits(gatewayUs.one)} µs | ${digits(gatewayUs.fifty)} µs |
| CPU of Redis | ${digits(one.cpuUs)} µs | ${digits(fifty.cpuUs)} µs |
| so one CPU of a gateway, at ${BUSY * 100} % | ${count(aSecond(gatewayUs.one))}/s | ${count(aSecond(gatewayUs.fifty))}/s |
| and one Redis node, at ${BUSY * 100} % | ${count(aSecond(one.cpuUs))}/s | ${count(aSecond(fifty.cpuUs))}/s |
`;
}

function needed() {
  const rows = LOOKUPS_A_SECOND.map((lookups) => {
    const gateways = (us) => Math.max(2, Math.ceil(lookups / aSecond(us) / WORKERS_A_GATEWAY));
    const nodes = (us) => Math.ceil(lookups / aSecond(us));
    const gigabits = (lookups * redis.bench.replyBytes * 8) / 1e9;
    return [
      count(lookups),
      gateways(gatewayUs.one),
      gateways(gatewayUs.fifty),
      range(nodes(redis.commands.fifty.cpuUs), nodes(redis.commands.one.cpuUs)),
      `${gigabits < 0.1 ? gigabits.toFixed(2) : gigabits.toFixed(1)} Gbit/s`,
    ];
  });
  return `| lookups/s | gateways of ${WORKERS_A_GATEWAY} workers, 1 a request | the same, 50 a request | Redis primaries | from Redis |
| --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`;
}

function memory() {
  const gigabytes = ({ memoryBytes }) => `${(memoryBytes / 1e3).toFixed(1)} GB`;
  const row = (name, figures) =>
    `| ${name} | ${count(figures.replyBytes)} bytes | ${count(figures.memoryBytes)} bytes | ${gigabytes(figures)} |`;
  return `| profiles | on the wire | in Redis' memory, with the key | a million of them |
| --- | --- | --- | --- |
${row('of the bench: two models', redis.bench)}
${row(`of the demo: ${count(redis.sample.profiles)} of users, accounts, projects`, redis.sample)}
`;
}

function aSecond(us) {
  return (1e6 / us) * BUSY;
}

function digits(us) {
  return us < 10 ? us.toFixed(1) : us.toFixed(us < 20 ? 1 : 0);
}

function count(number) {
  return (number >= 1e4 ? Math.round(number / 100) * 100 : Math.round(number)).toLocaleString('en-US');
}

function range(from, to) {
  return from === to ? from : `${from} to ${to}`;
}
