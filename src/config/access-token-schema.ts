import { z } from 'zod';
import type { AccessTokenConfig, AdminTokenConfig, ReaderTokenConfig } from './config.js';
import { text } from './scalar.js';
import { section } from './section.js';
import { peek, variant } from './variant.js';

const HASH = 'the 64 hex digits that `activation-gateway token create` printed';
const TIME = 'must be a time with its zone, for example 2027-06-30T00:00:00Z';
const DESTINATIONS = 'is required for a reader: a list with the IDs of the destinations it may read';

const common = {
  name: text('what the token is for').regex(/^[\w.-]{1,64}$/, {
    error: 'must be 1 to 64 letters, digits, dots, underscores or dashes',
  }),
  // A token in clear ends here too; like every value it is not repeated.
  sha256: text(HASH)
    .regex(/^[0-9a-f]{64}$/i, { error: `must be ${HASH}, not the token itself` })
    .toLowerCase(),
  expiresAt: z.iso
    .datetime({ offset: true, error: TIME })
    .transform((time) => new Date(time))
    .optional(),
};

const adminToken = section({
  ...common,
  role: z.literal('admin'),
  destinations: z.undefined({ error: 'must be left out: an admin reads every destination' }).optional(),
}).transform(
  ({ name, sha256, role, expiresAt }): AdminTokenConfig => ({
    name,
    sha256,
    role,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }),
);

const destinations = z
  .array(text('the ID of a destination'), {
    error: ({ input }) => (input === undefined ? DESTINATIONS : 'must be a list of destination IDs'),
  })
  .min(1, { error: DESTINATIONS });

const readerSection = section({ ...common, role: z.literal('reader'), destinations });

/** Every key of an access token. */
export const ACCESS_TOKEN_KEYS = Object.keys(readerSection.shape);

const readerToken = readerSection.transform(
  ({ name, sha256, role, destinations, expiresAt }): ReaderTokenConfig => ({
    name,
    sha256,
    role,
    destinations,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }),
);

/** Never valid; for the mistakes in the other keys. */
const unknownRole = section({
  ...common,
  role: z.never({
    error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} admin or reader`,
  }),
  destinations: destinations.optional(),
}).transform(() => z.NEVER);

/** An entry of `accessTokens`. */
export const accessToken = variant<z.ZodType<AccessTokenConfig>>((input) => {
  switch (peek(input, 'role')) {
    case 'admin':
      return adminToken;
    case 'reader':
      return readerToken;
    default:
      return unknownRole;
  }
});
