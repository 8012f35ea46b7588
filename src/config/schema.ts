import { z } from 'zod';
import { ACCESS_TOKEN_KEYS, accessToken, PREVIOUS_KEYS } from './access-token-schema.js';
import type { AccessTokenConfig, Config } from './config.js';
import { DEFAULT_AUDIT } from './defaults.js';
import { DESTINATION_KEYS, destination } from './destination-schema.js';
import { CLAIM_GRANT_KEYS, IDENTITY_PROVIDER_KEYS, identityProvider } from './identity-providers-schema.js';
import { LAYOUT_KEYS } from './layout-schema.js';
import { LIMITS_KEYS, limits, OVERLOAD_KEYS, RATE_KEYS, RATE_LIMIT_KEYS } from './limits-schema.js';
import { LOG_KEYS, log } from './log-schema.js';
import { METRICS_KEYS, metrics } from './metrics-schema.js';
import { PROFILE_TOKEN_KEY_KEYS, PROFILE_TOKENS_KEYS, profileTokens } from './profile-tokens-schema.js';
import { REDIS_KEYS, SENTINEL_KEYS } from './redis-settings-schema.js';
import { flag, share, text } from './scalar.js';
import { section, withDefaults } from './section.js';
import { CORS_KEYS, SERVER_KEYS, server } from './server-schema.js';

const MIN_AUDIT_KEY = 16;
const TRUSTED_MODES = ['off', 'prefer', 'only'] as const;
const DESTINATIONS = 'a list with at least one destination';

const path = (meaning: string) => text(meaning).min(1, { error: 'must not be empty' });

const trustedDocuments = section({
  mode: z.enum(TRUSTED_MODES, { error: 'must be off, prefer or only' }).default('only'),
  path: path('a folder of .graphql files, or a manifest'),
});

const audit = section({
  enabled: flag().default(DEFAULT_AUDIT.enabled),
  idKey: text('the key of the hashes of ids')
    .min(MIN_AUDIT_KEY, { error: `must be at least ${MIN_AUDIT_KEY} random characters` })
    .optional(),
  sampleSuccesses: share().default(DEFAULT_AUDIT.sampleSuccesses),
});

// A section whose keys are all commented out is null to YAML, and counts as left out.
const accessTokens = z
  .array(accessToken, { error: 'must be a list of access tokens' })
  .nullish()
  .transform((tokens) => tokens ?? []);

const file = section({
  destinations: z
    .array(destination, {
      error: ({ input }) =>
        `${input === undefined || input === null ? 'is required:' : 'must be'} ${DESTINATIONS}`,
    })
    .min(1, { error: `must be ${DESTINATIONS}` }),
  accessTokens,
  accessTokensFile: path('the file that holds accessTokens').optional(),
  accessTokenUseFile: path('the file that keeps the day of the last use').optional(),
  profileTokens: profileTokens.optional(),
  identityProviders: z
    .array(identityProvider, { error: 'must be a list of identity providers' })
    .nullish()
    .transform((providers) => providers ?? []),
  limits,
  catalog: path('the pb_project.yaml of a Profiles project').optional(),
  trustedDocuments: trustedDocuments.optional(),
  audit: withDefaults(audit),
  log,
  metrics,
  server,
});

/** `gateway.yaml` as plain data → Config. The rules between entries are in across-entries.ts. */
export const configSchema: z.ZodType<Config> = file;

const tokensFile = section({ accessTokens });

/** A file of access tokens as plain data → its access tokens. */
export const accessTokensFileSchema: z.ZodType<readonly AccessTokenConfig[]> = tokensFile.transform(
  (content) => content.accessTokens,
);

/** The keys of each section, by the path of the section. */
export const SECTION_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(file.shape),
  'destinations[]': DESTINATION_KEYS,
  'destinations[].config': REDIS_KEYS,
  'destinations[].config.sentinel': SENTINEL_KEYS,
  'destinations[].layout': LAYOUT_KEYS,
  'accessTokens[]': ACCESS_TOKEN_KEYS,
  'accessTokens[].previous': PREVIOUS_KEYS,
  'accessTokens[].rate': RATE_KEYS,
  profileTokens: PROFILE_TOKENS_KEYS,
  'profileTokens.keys[]': PROFILE_TOKEN_KEY_KEYS,
  'identityProviders[]': IDENTITY_PROVIDER_KEYS,
  'identityProviders[].grants[]': CLAIM_GRANT_KEYS,
  limits: LIMITS_KEYS,
  'limits.rate': RATE_LIMIT_KEYS,
  'limits.overload': OVERLOAD_KEYS,
  trustedDocuments: Object.keys(trustedDocuments.shape),
  audit: Object.keys(audit.shape),
  log: LOG_KEYS,
  metrics: METRICS_KEYS,
  server: SERVER_KEYS,
  'server.cors': CORS_KEYS,
};
