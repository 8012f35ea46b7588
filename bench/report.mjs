/** Medians, ratios to the limit, a table for people. */

import { cpus, totalmem } from 'node:os';

const FIGURES = [
  ['cpuUsPerProfile', 'CPU µs/profile', 1],
  ['requestsPerSecond', 'requests/s', 0],
  ['p50Ms', 'p50 ms', 2],
  ['p99Ms', 'p99 ms', 2],
  ['rssMb', 'memory MB', 0],
];

export async function writeReport({ figures, redisVersion, rounds, seconds, connections }) {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}, Redis ${redisVersion}`;
  process.stdout.write(
    `\n${machine}\n${rounds} rounds of ${seconds} s, ${connections} connections; medians\n`,
  );
  for (const [name, servers] of figures) {
    process.stdout.write(`\n${name}\n`);
    const limit = servers.get('limit');
    const rows = Array.from(servers, ([server, list]) => [
      server,
      ...FIGURES.map(([key, , digits]) => median(list, key).toFixed(digits)),
      limit === undefined
        ? ''
        : `${(median(list, 'cpuUsPerProfile') / median(limit, 'cpuUsPerProfile')).toFixed(2)} ×`,
    ]);
    const header = ['', ...FIGURES.map(([, title]) => title), 'CPU to the limit'];
    for (const line of aligned([header, ...rows])) {
      process.stdout.write(`  ${line}\n`);
    }
  }
}

export function median(list, key) {
  const sorted = list.map((figure) => figure[key]).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  '),
  );
}
