/** Counters that all gateways share, in a Redis of their own. */

import { type RateLimiterAbstract, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible';
import type { RedisSettings } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import { configuredTopology } from './open-client.js';

/** Longest wait for a counter: a lookup must not take longer for being counted. */
const TIMEOUT_MS = 50;
const KEY_PREFIX = 'activation-gateway:rate';

export interface SharedCounters {
  /**
   * @param points how many are allowed
   * @param seconds in how long a time
   * @param insurance counts instead while the Redis does not answer
   */
  counter(points: number, seconds: number, insurance: RateLimiterAbstract): RateLimiterAbstract;
  close(): Promise<void>;
}

/** Connects at once, and again whenever the connection is lost. */
export function openSharedCounters(settings: RedisSettings, logger: Logger): SharedCounters {
  const { connection } = configuredTopology(settings, TIMEOUT_MS);
  let isAway = false;
  connection.on('ready', () => {
    isAway = false;
    logger.info('lookups are counted together with the other gateways');
  });
  connection.on('error', () => {
    if (!isAway) {
      isAway = true;
      logger.warn('the Redis of limits.rate does not answer: lookups are counted by each gateway for itself');
    }
  });
  // What fails here fails again as an error event, and is tried again.
  connection.connect().catch(() => {});
  return {
    counter: (points, duration, insuranceLimiter) =>
      new RLWrapperTimeouts({
        limiter: new RateLimiterRedis({
          storeClient: connection,
          keyPrefix: KEY_PREFIX,
          points,
          duration,
          rejectIfRedisNotReady: true,
        }),
        timeoutMs: TIMEOUT_MS,
        insuranceLimiter,
      }),
    async close() {
      connection.disconnect();
    },
  };
}
