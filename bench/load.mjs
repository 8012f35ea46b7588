/**
 * Measures `activation-gateway load` beside a bare ioredis pipeline that makes the same writes; needs Linux and redis-server.
 *
 *   npm run bench:load                     1,000,000 rows of about 600 bytes, three rounds: some five minutes and 2 GB of memory
 *   npm run bench:load -- --rows 100000    fewer rows; --rounds 1 for a first look
 *
 * CPU is that of the loading process, its start included; the pipeline's is that of its writes alone, their texts made before.
 */

import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { Redis } from 'ioredis';
import { freePort } from './free-port.mjs';
import { COLUMNS, csvRow, DESTINATION_ID, ndjsonRow, WORKSPACE_ID } from './loading/rows.mjs';
import { median } from './median.mjs';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-bench-load-'));
const port = await freePort();
const server = spawn(
  'redis-server',
  ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
  { stdio: 'ignore' },
);
const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
redis.on('error', () => {});

try {
  await redis.ping();
  writeFileSync(
    join(folder, 'gateway.yaml'),
    `destinations:\n  - id: ${DESTINATION_ID}\n    workspaceId: ${WORKSPACE_ID}\n    type: REDIS\n    config:\n      address: 127.0.0.1:${port}\n`,
  );
  const ndjson = join(folder, 'users.ndjson');
  const csv = join(folder, 'users.csv.gz');
  await write(ndjson, '', ndjsonRow);
  await write(csv, `${COLUMNS.join(',')}\n`, csvRow, createGzip({ level: 6 }));
  console.log(
    `${rows} rows: ${Math.round(statSync(ndjson).size / rows)} bytes a row as NDJSON; ${rounds} rounds, medians`,
  );
  const cases = {
    'bare ioredis pipeline': () => run([file('loading/bare-pipeline.mjs'), String(port), String(rows)]),
    'load NDJSON': () => run([file('../dist/main.js'), ...loadArgs(ndjson)]),
    'load gzip CSV': () => run([file('../dist/main.js'), ...loadArgs(csv)]),
  };
  const figures = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(cases)) {
      await redis.flushall();
      figures[name].push(await measure());
      const keys = await redis.dbsize();
      if (keys !== rows) {
        throw new Error(`${name} has written ${keys} keys of ${rows}`);
      }
    }
  }
  const medians = Object.entries(figures).map(([name, list]) => [name, median(list)]);
  const [[, bare]] = medians;
  console.table(
    Object.fromEntries(
      medians.map(([name, { seconds, cpuSeconds, peakMb }]) => [
        name,
        {
          'rows/s': Math.round(rows / seconds),
          'CPU µs a row': Number(((cpuSeconds / rows) * 1e6).toFixed(2)),
          'CPU × bare': Number((cpuSeconds / bare.cpuSeconds).toFixed(2)),
          'peak MB': Math.round(peakMb),
        },
      ]),
    ),
  );
} finally {
  redis.disconnect();
  server.kill();
  await sleep(200);
  rmSync(folder, { recursive: true, force: true });
}

function loadArgs(table) {
  const aim = ['--entity', 'user', '--id-type', 'user_id', '--model', 'user_360'];
  return ['load', table, '--config', join(folder, 'gateway.yaml'), ...aim];
}

async function write(path, header, row, ...packing) {
  async function* lines() {
    yield header;
    for (let from = 0; from < rows; from += 1_000) {
      const count = Math.min(1_000, rows - from);
      yield Array.from({ length: count }, (_, index) => `${row(from + index)}\n`).join('');
    }
  }
  await pipeline(lines(), ...packing, createWriteStream(path));
}

/** Runs a script to its end. @returns what it took, by its own account of its CPU and its largest size in memory */
async function run(args) {
  const account = join(folder, 'account.json');
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', file('loading/account.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ACCOUNT_FILE: account },
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  if (code !== 0) {
    throw new Error(`${args[0]} ended with ${code}`);
  }
  const { seconds = wallSeconds, ...rest } = JSON.parse(readFileSync(account, 'utf8'));
  return { seconds, ...rest };
}
