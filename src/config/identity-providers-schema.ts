import { z } from 'zod';
import { grantedDestinations } from './access-token-schema.js';
import type { ClaimGrantConfig, IdentityProviderConfig } from './config.js';
import { grantKeys, visibilityKeys } from './grant-schema.js';
import { text } from './scalar.js';
import { section } from './section.js';
import { variant } from './variant.js';

/** Those with public keys: a secret shared with a provider could sign tokens for everybody. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const someText = (meaning: string) => text(meaning).min(1, { error: 'must not be empty' });

/** One text, or a list of several. */
function oneOrMore(meaning: string) {
  const list = z.array(someText(meaning), { error: `must be ${meaning}, or a list of them` });
  return z.preprocess(
    (input) => (typeof input === 'string' ? [input] : input),
    list.min(1, { error: `must be ${meaning}` }),
  );
}

const claims = z
  .record(z.string(), oneOrMore('the value that the claim must have'), {
    error: 'must be a mapping of claims to the values they must have, as in groups: marketing',
  })
  .default({});

const admin = section({ claims, role: z.literal('admin') });
const reader = section({
  claims,
  role: z.literal('reader'),
  destinations: grantedDestinations,
  ...grantKeys,
});
const viewer = section({
  claims,
  role: z.literal('viewer'),
  destination: someText('the ID of the destination'),
  entity: someText('the entity, user for example'),
  ids: z
    .record(z.string(), someText('the name of a claim'), {
      error: 'is required: a mapping of id types to the claims that have the id, as in email: email',
    })
    .refine((ids) => Object.keys(ids).length > 0, { error: 'must name at least one id type' }),
  ...visibilityKeys,
});

const unknownRole = z
  .looseObject({
    role: z.never({
      error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} admin, reader or viewer`,
    }),
  })
  .transform(() => z.NEVER);

const claimGrant = variant<z.ZodType<ClaimGrantConfig>>('role', { admin, reader, viewer }, unknownRole);

/** Every key that a grant by claims has in some role. */
export const CLAIM_GRANT_KEYS = [...new Set([...Object.keys(reader.shape), ...Object.keys(viewer.shape)])];

const GRANTS = 'a list of what the bearers of which claims may read, at least one';

const providerSection = section({
  issuer: someText('the iss of its tokens'),
  audience: oneOrMore('the aud of its tokens for this gateway'),
  jwksUri: text('the address of its public keys').refine(isSafeUrl, {
    error: 'must be an https:// address (http:// only to this machine)',
  }),
  algorithms: z
    .array(z.enum(ALGORITHMS, { error: `must be one of ${ALGORITHMS.join(', ')}` }), {
      error: `must be a list of ${ALGORITHMS.join(', ')}`,
    })
    .min(1, { error: 'must name at least one' })
    .default(DEFAULT_ALGORITHMS),
  grants: z
    .array(claimGrant, {
      error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} ${GRANTS}`,
    })
    .min(1, { error: `must be ${GRANTS}` }),
});

/** Every key of an identity provider. */
export const IDENTITY_PROVIDER_KEYS = Object.keys(providerSection.shape);

/** An entry of `identityProviders`. */
export const identityProvider: z.ZodType<IdentityProviderConfig> = providerSection;

/** Whoever stands between could otherwise put in keys of their own. */
function isSafeUrl(value: string): boolean {
  if (!URL.canParse(value)) {
    return false;
  }
  const { protocol, hostname } = new URL(value);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
  );
}
