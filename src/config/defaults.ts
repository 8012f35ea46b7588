/** What a configuration that says nothing means, for those who read one and those who make one themselves. */

import type { RedisSettings } from './config.js';

/** Longest time a lookup may take in Redis, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 250;
/** Most that may be stored for one profile, in bytes. */
export const DEFAULT_PROFILE_BYTES = 8 * 1024 * 1024;

/** A Redis of which only the place is known, or not even that. */
export const PLAIN_REDIS: RedisSettings = {
  addresses: [],
  database: 0,
  readFrom: 'primary',
  prefix: '',
  useJSONModule: false,
};
