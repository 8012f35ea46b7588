/** What a running gateway cannot change: it keeps what it was started with. */

import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.js';

/** The keys that the first look at the file decides. */
const SERVER_KEYS = ['host', 'port'] as const;
const SECTIONS = ['log', 'metrics'] as const;

/** @returns the configuration with what the gateway was started with in the place of what it cannot change */
export function withStartedWith(started: Config, config: Config): Config {
  const { log, server } = started;
  const { host, port } = server;
  const { metrics: _, ...others } = config;
  // A key that is undefined and one that is left out are not equal, and what is unequal is served anew.
  const metrics = 'metrics' in started ? { metrics: started.metrics } : {};
  return { ...others, ...metrics, log, server: { ...config.server, host, port } };
}

/** @returns the paths of the keys that have changed and only take effect after a restart */
export function keysThatNeedRestart(started: Config, config: Config): string[] {
  return [
    ...SERVER_KEYS.filter((key) => config.server[key] !== started.server[key]).map((key) => `server.${key}`),
    ...SECTIONS.filter((key) => !isDeepStrictEqual(config[key], started[key])),
  ];
}
