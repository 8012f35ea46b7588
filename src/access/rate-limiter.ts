/** How many lookups a token may make. */

import {
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterClusterMaster,
  RateLimiterMemory,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { RateLimitConfig } from '../config/config.js';
import type { Principal, Rate } from './principal.js';

/** What is left of a token's budget. */
export interface Budget {
  /** False where the lookups go past it. */
  readonly allowed: boolean;
  readonly rate: Rate;
  /** Lookups left until it is full again. */
  readonly remaining: number;
  /** Seconds until it is full again, at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /**
   * Takes lookups from the budget of the one who asks.
   * @returns undefined where it has no rate
   */
  take(principal: Principal, lookups: number): Promise<Budget> | undefined;
}

/** Makes the counter of one rate. */
export type CounterFactory = (rate: Rate) => RateLimiterAbstract;

/** @param counterOf the counter of a rate */
export function createRateLimiter(
  { lookups, seconds }: RateLimitConfig,
  counterOf: CounterFactory,
): RateLimiter {
  const usual = lookups === undefined ? undefined : { lookups, seconds };
  return {
    take(principal, taken) {
      const rate = principal.rate ?? usual;
      return rate === undefined ? undefined : take(counterOf(rate), rate, principal.rateKey, taken);
    },
  };
}

/** One counter for each rate, made when it is first asked for. What was counted stays when limiters are made anew. */
export function oneCounterARate(createCounter: CounterFactory): CounterFactory {
  const counters = new Map<string, RateLimiterAbstract>();
  return (rate) => {
    const key = `${rate.lookups}/${rate.seconds}`;
    const counter = counters.get(key) ?? createCounter(rate);
    counters.set(key, counter);
    return counter;
  };
}

/** How long the supervisor may take to count. */
const COUNT_TIMEOUT_MS = 1_000;

/** For how long a supervisor that did not count is not asked. */
const LEFT_ALONE_MS = 5_000;

/** Counts in the supervisor of this worker, so that all its workers count together; here, where it does not answer. */
export function countInSupervisor(rate: Rate): RateLimiterAbstract {
  return new SupervisorCounter(rate);
}

class SupervisorCounter extends RateLimiterCluster {
  readonly #here: RateLimiterAbstract;
  #askAgainAt = 0;

  constructor(rate: Rate) {
    const { lookups, seconds } = rate;
    super({
      keyPrefix: `${lookups}/${seconds}`,
      points: lookups,
      duration: seconds,
      timeoutMs: COUNT_TIMEOUT_MS,
    });
    this.#here = countHere(rate);
  }

  override async consume(key: string, points: number): Promise<RateLimiterRes> {
    if (performance.now() >= this.#askAgainAt) {
      try {
        return await super.consume(key, points);
      } catch (refused) {
        if (refused instanceof RateLimiterRes) {
          throw refused;
        }
        // To ask on would hold every request up, and be counted all at once when it goes on.
        this.#askAgainAt = performance.now() + LEFT_ALONE_MS;
      }
    }
    return this.#here.consume(key, points);
  }
}

/** What a supervisor does so that its workers can count there. To be called once, before they start. */
export function countForWorkers(): void {
  new RateLimiterClusterMaster();
}

/** Counts in this process. */
export function countHere({ lookups, seconds }: Rate): RateLimiterAbstract {
  return new RateLimiterMemory({ points: lookups, duration: seconds });
}

async function take(counter: RateLimiterAbstract, rate: Rate, key: string, lookups: number): Promise<Budget> {
  try {
    return budget(true, rate, await counter.consume(key, lookups));
  } catch (refused) {
    if (refused instanceof RateLimiterRes) {
      return budget(false, rate, refused);
    }
    throw refused;
  }
}

function budget(allowed: boolean, rate: Rate, { remainingPoints, msBeforeNext }: RateLimiterRes): Budget {
  return {
    allowed,
    rate,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  };
}
