import { Redis } from 'ioredis';
import type { RedisSettings, SentinelSettings } from '../config/config.js';
import { connectionOptions, pauseBeforeAttempt } from './connection-options.js';
import { alone } from './single-server.js';
import type { Topology } from './topology.js';

/**
 * The server that the sentinels name: the primary, or a replica where replicas are to be read. ioredis asks the sentinels
 * anew whenever a connection is lost, and leaves a primary that a failover has replaced.
 */
export function sentinel(settings: RedisSettings, sentinels: SentinelSettings, timeoutMs: number): Topology {
  const { name, addresses, username, password } = sentinels;
  const connection = new Redis({
    ...connectionOptions(settings, timeoutMs),
    name,
    sentinels: addresses.map(({ host, port }) => ({ host, port })),
    role: settings.readFrom === 'primary' ? 'master' : 'slave',
    failoverDetector: settings.readFrom === 'primary',
    sentinelRetryStrategy: pauseBeforeAttempt,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(settings.tls === undefined ? {} : { enableTLSForSentinelMode: true }),
  });
  return alone('sentinel', connection);
}
