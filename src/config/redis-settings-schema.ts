import { z } from 'zod';
import { parseAddresses } from './address.js';
import type { RedisSettings, TlsSettings } from './config.js';
import { flag, text, wholeNumber } from './scalar.js';
import { section } from './section.js';

const MAX_DATABASE = 999_999_999;

const addresses = text('host:port of the Redis server').transform((value, context) => {
  const result = parseAddresses(value);
  if ('addresses' in result) {
    return result.addresses;
  }
  context.issues.push({ code: 'custom', message: result.problem, input: value });
  return z.NEVER;
});

const caCertificate = text('PEM text').refine((pem) => pem === '' || CERTIFICATE.test(pem), {
  error: 'must be PEM text: a block from BEGIN CERTIFICATE to END CERTIFICATE',
});

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

const redisSection = section({
  address: addresses,
  username: text('the Redis user').default(''),
  password: text('the password of the Redis user').default(''),
  database: wholeNumber(0, MAX_DATABASE).default(0),
  clusterMode: flag().optional(),
  secure: flag().default(false),
  skipVerify: flag().default(false),
  caCertificate: caCertificate.default(''),
  prefix: text('the prefix of event-stream keys').default(''),
  useJSONModule: flag().default(false),
});

/** Every key of it. */
export const REDIS_KEYS = Object.keys(redisSection.shape);

// The rules below run as soon as the keys they are about have been read, whatever is wrong with others.
const clusterRule = z.object({ address: z.array(z.unknown()), clusterMode: z.boolean() });
const skipVerifyRule = z.object({ secure: z.boolean(), skipVerify: z.boolean() });
const caCertificateRule = z.object({ secure: z.boolean(), caCertificate: z.string() });
const WITHOUT_TLS = 'is only for TLS: set secure to true, or leave it out';

/** `config` of a destination of type `REDIS`. */
export const redisSettings = redisSection
  .refine(({ address, clusterMode }) => clusterMode || address.length === 1, {
    path: ['clusterMode'],
    error: 'must be true or left out, because address names more than one node',
    when: ({ value }) => clusterRule.safeParse(value).success,
  })
  .refine(({ secure, skipVerify }) => secure || !skipVerify, {
    path: ['skipVerify'],
    error: WITHOUT_TLS,
    when: ({ value }) => skipVerifyRule.safeParse(value).success,
  })
  .refine((config) => config.secure || config.caCertificate === '', {
    path: ['caCertificate'],
    error: WITHOUT_TLS,
    when: ({ value }) => caCertificateRule.safeParse(value).success,
  })
  .transform(
    (config): RedisSettings => ({
      addresses: config.address,
      ...(config.username === '' ? {} : { username: config.username }),
      ...(config.password === '' ? {} : { password: config.password }),
      database: config.database,
      ...(config.clusterMode === undefined ? {} : { clusterMode: config.clusterMode }),
      ...(config.secure ? { tls: tls(config) } : {}),
      prefix: config.prefix,
      useJSONModule: config.useJSONModule,
    }),
  );

function tls(config: { readonly skipVerify: boolean; readonly caCertificate: string }): TlsSettings {
  const { skipVerify, caCertificate } = config;
  return { skipVerify, ...(caCertificate === '' ? {} : { caCertificate }) };
}
