import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const packageOf = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** What was measured, and where. */
export function versions(redis) {
  const { dependencies } = packageOf('./package.json');
  const { version } = packageOf('../package.json');
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 1e9)} GB`,
    node: process.version,
    redis,
    gateway: version,
    mercurius: dependencies.mercurius,
    yoga: dependencies['graphql-yoga'],
    apollo: dependencies['@apollo/server'],
    ioredis: dependencies.ioredis,
  };
}
