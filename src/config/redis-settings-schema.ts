import { z } from 'zod';
import { parseAddresses } from './address.js';
import type { RedisSettings, SentinelSettings, TlsSettings } from './config.js';
import { flag, text, wholeNumber } from './scalar.js';
import { section } from './section.js';

const MAX_DATABASE = 999_999_999;

const ADDRESS = 'host:port of the Redis server';

/** `unix:` and the path of a socket, or the addresses of servers. */
const address = text(ADDRESS).transform((value, context) => {
  const socketPath = /^unix:(?<path>\/.+)$/.exec(value)?.groups?.path;
  if (socketPath !== undefined) {
    return { socketPath, addresses: [] };
  }
  const result = parseAddresses(value);
  if ('addresses' in result) {
    return { addresses: result.addresses };
  }
  context.issues.push({ code: 'custom', message: result.problem, input: value });
  return z.NEVER;
});

const sentinelSection = section({
  name: text('the name by which the sentinels know the primary').min(1, { error: 'must not be empty' }),
  addresses: text('host:port of the sentinels, separated by commas').transform((value, context) => {
    const result = parseAddresses(value);
    if ('addresses' in result) {
      return result.addresses;
    }
    context.issues.push({ code: 'custom', message: result.problem, input: value });
    return z.NEVER;
  }),
  username: text('the user of the sentinels').default(''),
  password: text('the password of the sentinels').default(''),
});

/** Every key of it. */
export const SENTINEL_KEYS = Object.keys(sentinelSection.shape);

/** PEM text, or nothing. */
function pem(kind: 'CERTIFICATE' | 'PRIVATE KEY') {
  const block = new RegExp(`-----BEGIN [A-Z ]*${kind}-----[\\s\\S]+?-----END [A-Z ]*${kind}-----`);
  return text('PEM text')
    .refine((value) => value === '' || block.test(value), {
      error: `must be PEM text: a block from BEGIN ${kind} to END ${kind}`,
    })
    .default('');
}

const READ_FROM = ['primary', 'replica', 'prefer-replica'] as const;

const redisSection = section({
  address: address.optional(),
  sentinel: sentinelSection.optional(),
  username: text('the Redis user').default(''),
  password: text('the password of the Redis user').default(''),
  database: wholeNumber(0, MAX_DATABASE).default(0),
  clusterMode: flag().optional(),
  readFrom: z
    .enum(READ_FROM, { error: `must be ${READ_FROM.slice(0, -1).join(', ')} or ${READ_FROM.at(-1)}` })
    .default('primary'),
  secure: flag().default(false),
  skipVerify: flag().default(false),
  caCertificate: pem('CERTIFICATE'),
  clientCertificate: pem('CERTIFICATE'),
  clientKey: pem('PRIVATE KEY'),
  serverName: text('the name on the certificate').default(''),
  prefix: text('the prefix of event-stream keys').default(''),
  useJSONModule: flag().default(false),
});

/** Every key of it. */
export const REDIS_KEYS = Object.keys(redisSection.shape);

const TLS_KEYS = ['skipVerify', 'caCertificate', 'clientCertificate', 'clientKey', 'serverName'] as const;

/** `config` of a destination of type `REDIS`. */
export const redisSettings = redisSection
  .superRefine(checkTogether, {
    // Run whatever is wrong with single keys, so that all mistakes are found at once.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .transform(
    (config): RedisSettings => ({
      ...(config.address ?? { addresses: [] }),
      ...(config.sentinel === undefined ? {} : { sentinel: sentinel(config.sentinel) }),
      ...(config.username === '' ? {} : { username: config.username }),
      ...(config.password === '' ? {} : { password: config.password }),
      database: config.database,
      ...(config.clusterMode === undefined ? {} : { clusterMode: config.clusterMode }),
      readFrom: config.readFrom,
      ...(config.secure ? { tls: tls(config) } : {}),
      prefix: config.prefix,
      useJSONModule: config.useJSONModule,
    }),
  );

type RedisSection = z.output<typeof redisSection>;

function tls({
  skipVerify,
  caCertificate,
  clientCertificate,
  clientKey,
  serverName,
}: RedisSection): TlsSettings {
  return {
    skipVerify,
    ...(caCertificate === '' ? {} : { caCertificate }),
    ...(clientCertificate === '' ? {} : { clientCertificate }),
    ...(clientKey === '' ? {} : { clientKey }),
    ...(serverName === '' ? {} : { serverName }),
  };
}

function sentinel({
  name,
  addresses,
  username,
  password,
}: z.output<typeof sentinelSection>): SentinelSettings {
  return {
    name,
    addresses,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
}

/** The rules between keys. Any key may be wrong by itself, and then be of no type that is known here. */
function checkTogether(config: Partial<RedisSection>, context: z.RefinementCtx): void {
  const mistake = (key: keyof RedisSection, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (config.secure === false) {
    for (const key of TLS_KEYS.filter((name) => isGiven(config[name]))) {
      mistake(key, 'is only for TLS: set secure to true, or leave it out');
    }
  }
  if (Boolean(config.clientCertificate) !== Boolean(config.clientKey)) {
    mistake(
      config.clientKey ? 'clientCertificate' : 'clientKey',
      'is required: certificate and key belong together',
    );
  }
  if (config.address === undefined && config.sentinel === undefined) {
    mistake('address', `is required: ${ADDRESS}`);
  }
  const nodes = readAddress.safeParse(config.address).data?.addresses.length;
  if (nodes !== undefined && config.sentinel !== undefined) {
    mistake('address', 'must be left out beside sentinel: the sentinels name the server');
  }
  if (config.clusterMode === true && (nodes === 0 || config.sentinel !== undefined)) {
    mistake('clusterMode', 'must be false or left out with a socket or with sentinels');
  }
  if (config.clusterMode === false && nodes !== undefined && nodes > 1) {
    mistake('clusterMode', 'must be true or left out, because address names more than one node');
  }
}

const readAddress = z.object({ addresses: z.array(z.unknown()) });

/** True or text; what is of another type is a mistake of its own. */
function isGiven(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value !== '');
}
