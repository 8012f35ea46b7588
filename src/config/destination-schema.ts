import { z } from 'zod';
import type { DestinationConfig, OtherDestinationConfig, RedisDestinationConfig } from './config.js';
import { DEFAULT_PROFILE_BYTES, DEFAULT_TIMEOUT_MS } from './defaults.js';
import { layout } from './layout-schema.js';
import { redisSettings } from './redis-settings-schema.js';
import { flag, text, wholeNumber } from './scalar.js';
import { section } from './section.js';
import { variant } from './variant.js';

const REDIS = 'REDIS';
const MAX_TIMEOUT_MS = 60_000;
const MIN_PROFILE_BYTES = 1_000;
/** As much as one value of Redis may be. */
const MAX_PROFILE_BYTES = 512_000_000;
/** In characters. */
const MAX_ID = 128;

/** Ids are parts of Redis keys, where a colon parts them and nothing is escaped; stars and ! make a pattern of one. */
function id(meaning: string) {
  return text(meaning).refine((value) => isId(value), {
    error: `must be 1 to ${MAX_ID} characters without colons, spaces, stars and control characters, and not begin with !`,
  });
}

function isId(value: string): boolean {
  return /^(?!!)[^:*\s\p{Cc}\p{Cs}]+$/u.test(value) && [...value].length <= MAX_ID;
}

const common = {
  id: id('the Destination ID, as RudderStack shows it'),
  workspaceId: id('the ID of the RudderStack workspace that owns the destination'),
  name: text('what people call the destination').min(1, { error: 'must not be empty' }).optional(),
  enabled: flag().default(true),
  timeoutMs: wholeNumber(1, MAX_TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS),
  maxProfileBytes: wholeNumber(MIN_PROFILE_BYTES, MAX_PROFILE_BYTES).default(DEFAULT_PROFILE_BYTES),
};

/** An id type is part of a key, where a colon parts it from what follows. */
const ID_TYPE = /^[^:\p{Cc}\p{Cs}]{1,128}$/u;
const LINK_TRAITS = 'must be a mapping of id types to the names of traits, { user_id: USER_ID } for example';

const linkTraits = z.record(
  z.string().regex(ID_TYPE, { error: LINK_TRAITS }),
  text('the trait that has the ids').min(1, { error: 'must not be empty' }),
  { error: LINK_TRAITS },
);

const redisSection = section({
  ...common,
  type: z.literal(REDIS),
  config: redisSettings,
  layout: layout.default({ type: 'profiles' }),
  allowErase: flag().default(false),
  linkTraits: linkTraits.nullish(),
});

/** Every key of a destination. */
export const DESTINATION_KEYS = Object.keys(redisSection.shape);

const redisDestination = redisSection.transform(
  ({
    id,
    workspaceId,
    name = id,
    type,
    enabled,
    timeoutMs,
    maxProfileBytes,
    config,
    layout,
    allowErase,
    linkTraits,
  }): RedisDestinationConfig => ({
    kind: 'redis',
    id,
    workspaceId,
    name,
    type,
    enabled,
    timeoutMs,
    maxProfileBytes,
    redis: config,
    layout,
    ...(allowErase ? { erase: { linkTraits: linkTraits ?? {} } } : {}),
  }),
);

/** Any other type: it is listed, so only what is shown of it has rules. */
const otherDestination = section({
  ...common,
  type: text(`${REDIS}, or another type, which is only listed`).min(1, { error: 'must not be empty' }),
  config: z.record(z.string(), z.unknown(), { error: 'must be a mapping of keys to values' }).nullish(),
  layout: z.unknown().optional(),
  allowErase: z.unknown().optional(),
  linkTraits: z.unknown().optional(),
}).transform(
  ({ id, workspaceId, name = id, type, enabled }): OtherDestinationConfig => ({
    kind: 'other',
    id,
    workspaceId,
    name,
    type,
    enabled,
  }),
);

/** An entry of `destinations`. */
export const destination = variant<z.ZodType<DestinationConfig>>(
  'type',
  { [REDIS]: redisDestination },
  otherDestination,
);
