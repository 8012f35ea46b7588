import { z } from 'zod';
import type { LimitConfig } from './config.js';
import { DEFAULT_LIMITS } from './defaults.js';
import { redisSettings } from './redis-settings-schema.js';
import { wholeNumber } from './scalar.js';
import { section, withDefaults } from './section.js';

const MODES = ['enforce', 'measure'] as const;
const MAX_LOOKUPS = 1_000_000_000;
const MAX_IN_FLIGHT = 100_000;
const MAX_LOOKUPS_IN_FLIGHT = 1_000_000;
const MIN_DELAY_MS = 10;
const MAX_DELAY_MS = 10_000;
const SECONDS_A_DAY = 86_400;

const mode = z.enum(MODES, { error: 'must be enforce or measure' });

/** A limit of a request: left out, or with some of its keys left out, it is the default. */
function limit(min: number, max: number, byDefault: LimitConfig) {
  return withDefaults(
    section({ max: wholeNumber(min, max).default(byDefault.max), mode: mode.default(byDefault.mode) }),
  );
}

const lookups = wholeNumber(1, MAX_LOOKUPS);
const seconds = wholeNumber(1, SECONDS_A_DAY).default(DEFAULT_LIMITS.rate.seconds);

/** Of one access token. */
export const rate = section({ lookups, seconds });

/** Every key of it. */
export const RATE_KEYS = Object.keys(rate.shape);

const rateLimit = section({
  lookups: lookups.optional(),
  seconds,
  mode: mode.default(DEFAULT_LIMITS.rate.mode),
  redis: redisSettings.optional(),
});

/** Every key of the rate among the limits. */
export const RATE_LIMIT_KEYS = Object.keys(rateLimit.shape);

const overloadSection = section({
  requestsInFlight: wholeNumber(1, MAX_IN_FLIGHT).default(DEFAULT_LIMITS.overload.requestsInFlight),
  lookupsInFlight: wholeNumber(1, MAX_LOOKUPS_IN_FLIGHT).default(DEFAULT_LIMITS.overload.lookupsInFlight),
  eventLoopDelayMs: wholeNumber(MIN_DELAY_MS, MAX_DELAY_MS).default(DEFAULT_LIMITS.overload.eventLoopDelayMs),
  mode: mode.default(DEFAULT_LIMITS.overload.mode),
});

/** Every key of `limits.overload`. */
export const OVERLOAD_KEYS = Object.keys(overloadSection.shape);

const limitsSection = section({
  depth: limit(1, 100, DEFAULT_LIMITS.depth),
  aliases: limit(0, 100_000, DEFAULT_LIMITS.aliases),
  tokens: limit(1, 1_000_000, DEFAULT_LIMITS.tokens),
  directives: limit(0, 100_000, DEFAULT_LIMITS.directives),
  fields: limit(1, 1_000_000, DEFAULT_LIMITS.fields),
  duplicates: limit(0, 100_000, DEFAULT_LIMITS.duplicates),
  operations: limit(1, 100, DEFAULT_LIMITS.operations),
  lookups: limit(1, 100_000, DEFAULT_LIMITS.lookups),
  rate: withDefaults(rateLimit),
  overload: withDefaults(overloadSection),
});

/** Every key of `limits`. */
export const LIMITS_KEYS = Object.keys(limitsSection.shape);

/** `limits`: what a request and a token may ask for. */
export const limits = withDefaults(limitsSection);
