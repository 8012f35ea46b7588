import { z } from 'zod';
import type { AccessTokenConfig } from './config.js';
import { grantKeys, patterns } from './grant-schema.js';
import { rate } from './limits-schema.js';
import { text } from './scalar.js';
import { section } from './section.js';
import { variant } from './variant.js';

const HASH = 'the 64 hex digits that `activation-gateway token create` printed';
const TIME = 'must be a time with its zone, for example 2027-06-30T00:00:00Z';
const EVERY_DESTINATION = 'must be left out: an admin reads every destination';
const EVERYTHING = 'must be left out: an admin reads everything';

// A token in clear ends here too; like every value it is not repeated.
const hash = text(HASH)
  .regex(/^[0-9a-f]{64}$/i, { error: `must be ${HASH}, not the token itself` })
  .toLowerCase();
const time = z.iso.datetime({ offset: true, error: TIME }).transform((value) => new Date(value));

const previous = section({ sha256: hash, expiresAt: time });

/** Every key of the secret before. */
export const PREVIOUS_KEYS = Object.keys(previous.shape);

const common = {
  name: text('what the token is for').regex(/^[\w.-]{1,64}$/, {
    error: 'must be 1 to 64 letters, digits, dots, underscores or dashes',
  }),
  sha256: hash,
  expiresAt: time.optional(),
  previous: previous.optional(),
  rate: rate.optional(),
};

const notForAdmin = (error: string) => z.undefined({ error }).optional();
const adminToken = section({
  ...common,
  role: z.literal('admin'),
  destinations: notForAdmin(EVERY_DESTINATION),
  entities: notForAdmin(EVERYTHING),
  idTypes: notForAdmin(EVERYTHING),
  models: notForAdmin(EVERYTHING),
  traits: notForAdmin(EVERYTHING),
});

/** Of a reader, which reads nothing that it does not name. */
export const grantedDestinations = patterns(
  'destination IDs',
  () => true,
  '[2XkZr9qTn0aLw5cVb7dQe1mYp3s]',
  'is required for a reader: a list with the IDs of the destinations it may read',
);

const readerToken = section({
  ...common,
  role: z.literal('reader'),
  destinations: grantedDestinations,
  ...grantKeys,
});

/** Every key of an access token. */
export const ACCESS_TOKEN_KEYS = Object.keys(readerToken.shape);

/** Never valid; for the mistakes in the other keys. */
const unknownRole = section({
  ...common,
  role: z.never({
    error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} admin or reader`,
  }),
  destinations: grantedDestinations.optional(),
  ...grantKeys,
}).transform(() => z.NEVER);

/** An entry of `accessTokens`. */
export const accessToken = variant<z.ZodType<AccessTokenConfig>>(
  'role',
  { admin: adminToken, reader: readerToken },
  unknownRole,
);
