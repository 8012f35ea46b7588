import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { ProfileTokenKeyConfig } from './config.js';
import { DEFAULT_PROFILE_TOKENS } from './defaults.js';
import { text, wholeNumber } from './scalar.js';
import { section } from './section.js';
import { variant } from './variant.js';

const MAX_LIFE_SECONDS = 86_400;
const MIN_SECRET = 32;

const common = {
  kid: text('the name of the key, as it stands in tokens').regex(/^[\w.-]{1,64}$/, {
    error: 'must be 1 to 64 letters, digits, dots, underscores or dashes',
  }),
  accessToken: text('the name of an access token').optional(),
};

/** PEM of an Ed25519 key. What OpenSSL has to say of it is not told: it may quote it. */
function ed25519(kind: string, parse: (pem: string) => KeyObject) {
  return text('PEM text').refine(
    (pem) => {
      try {
        return parse(pem).asymmetricKeyType === 'ed25519';
      } catch {
        return false;
      }
    },
    {
      error: `must be the PEM text of an Ed25519 ${kind} key: \`activation-gateway profile-token key\` makes one`,
    },
  );
}

const edDsaSection = section({
  ...common,
  algorithm: z.literal('EdDSA'),
  privateKey: ed25519('private', createPrivateKey).optional(),
  // A private key would pass for a public one, and be where it must not be.
  publicKey: ed25519('public', (pem) => {
    if (pem.includes('PRIVATE')) {
      throw new TypeError('not a public key');
    }
    return createPublicKey(pem);
  }).optional(),
  secret: z.undefined({ error: 'is for HS256: EdDSA has privateKey or publicKey' }).optional(),
});

/** Every key of a key. */
export const PROFILE_TOKEN_KEY_KEYS = Object.keys(edDsaSection.shape);

const edDsa = edDsaSection.superRefine(({ privateKey, publicKey }, context) => {
  if ((privateKey === undefined) === (publicKey === undefined)) {
    context.addIssue({
      code: 'custom',
      path: ['privateKey'],
      message: 'is required, or publicKey instead where the gateway shall verify alone; not both',
    });
  }
});

const forEdDsa = z.undefined({ error: 'is for EdDSA: HS256 has a secret' }).optional();
const hs256 = section({
  ...common,
  algorithm: z.literal('HS256'),
  secret: text(`at least ${MIN_SECRET} random characters`).min(MIN_SECRET, {
    error: `must be at least ${MIN_SECRET} random characters`,
  }),
  privateKey: forEdDsa,
  publicKey: forEdDsa,
});

const unknownAlgorithm = section({
  ...common,
  algorithm: z.never({
    error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} EdDSA or HS256`,
  }),
  privateKey: z.unknown().optional(),
  publicKey: z.unknown().optional(),
  secret: z.unknown().optional(),
}).transform(() => z.NEVER);

const key = variant<z.ZodType<ProfileTokenKeyConfig>>(
  'algorithm',
  { EdDSA: edDsa, HS256: hs256 },
  unknownAlgorithm,
);

const KEYS = 'a list of keys, at least one; `activation-gateway profile-token key` makes one';

const profileTokensSection = section({
  audience: text('who the tokens are for')
    .min(1, { error: 'must not be empty' })
    .default(DEFAULT_PROFILE_TOKENS.audience),
  lifeSeconds: wholeNumber(1, MAX_LIFE_SECONDS).default(DEFAULT_PROFILE_TOKENS.lifeSeconds),
  maxLifeSeconds: wholeNumber(1, MAX_LIFE_SECONDS).default(DEFAULT_PROFILE_TOKENS.maxLifeSeconds),
  keys: z
    .array(key, { error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} ${KEYS}` })
    .min(1, { error: `must be ${KEYS}` }),
});

/** Every key of it. */
export const PROFILE_TOKENS_KEYS = Object.keys(profileTokensSection.shape);

/** `profileTokens`: how tokens for one person's profile are signed. */
export const profileTokens = profileTokensSection.superRefine(({ lifeSeconds, maxLifeSeconds }, context) => {
  if (lifeSeconds > maxLifeSeconds) {
    context.addIssue({
      code: 'custom',
      path: ['lifeSeconds'],
      message: 'must not be longer than maxLifeSeconds',
    });
  }
});
