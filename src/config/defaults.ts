/** What a configuration that says nothing means, for those who read one and those who make one themselves. */

import type {
  AuditConfig,
  Config,
  LimitConfig,
  LimitsConfig,
  LogConfig,
  MetricsConfig,
  ProfileTokensConfig,
  RedisSettings,
  ServerConfig,
} from './config.js';

/** Longest time a lookup may take in Redis, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 250;
/** Most that may be stored for one profile, in bytes. */
export const DEFAULT_PROFILE_BYTES = 8 * 1024 * 1024;

/** The id type that RudderStack's event stream writes. */
export const EVENT_STREAM_ID_TYPE = 'user_id';

/** A Redis of which only the place is known, or not even that. */
export const PLAIN_REDIS: RedisSettings = {
  addresses: [],
  database: 0,
  readFrom: 'primary',
  prefix: '',
  useJSONModule: false,
};

const enforced = (max: number): LimitConfig => ({ max, mode: 'enforce' });

/** What one request may hold, and no rate. */
export const DEFAULT_LIMITS: LimitsConfig = {
  depth: enforced(20),
  aliases: enforced(2_000),
  tokens: enforced(50_000),
  directives: enforced(50),
  fields: enforced(10_000),
  duplicates: enforced(100),
  operations: enforced(1),
  lookups: enforced(1_000),
  rate: { seconds: 1, mode: 'enforce' },
  overload: { requestsInFlight: 1_000, lookupsInFlight: 8_000, eventLoopDelayMs: 200, mode: 'enforce' },
};

export const DEFAULT_SERVER: ServerConfig = {
  host: '0.0.0.0',
  port: 4000,
  graphiql: true,
  landingPage: 'brief',
  introspection: 'authenticated',
  requestTimeoutMs: 30_000,
  drainSeconds: 0,
  cors: { origins: [], maxAgeSeconds: 600 },
};

export const DEFAULT_AUDIT: AuditConfig = { enabled: true, sampleSuccesses: 1 };

export const DEFAULT_LOG: LogConfig = { level: 'info', format: 'auto' };

/** Of metrics, where they are wanted. The port is the one that OpenTelemetry's exporter for Prometheus has. */
export const DEFAULT_METRICS: MetricsConfig = { host: '127.0.0.1', port: 9_464 };

/** All but destinations and access tokens. */
export const DEFAULT_CONFIG = {
  identityProviders: [],
  limits: DEFAULT_LIMITS,
  audit: DEFAULT_AUDIT,
  log: DEFAULT_LOG,
  server: DEFAULT_SERVER,
} as const satisfies Omit<Config, 'destinations' | 'accessTokens'>;

/** Of profile tokens, whoever signs them. */
export const DEFAULT_PROFILE_TOKENS = {
  audience: 'activation-gateway',
  lifeSeconds: 600,
  maxLifeSeconds: 86_400,
} as const satisfies Omit<ProfileTokensConfig, 'keys'>;
