/** A configuration that was checked: what the rest of the gateway works with. */

/** Where a Redis is and how it is spoken to. */
export interface RedisSettings {
  /** At least one; several are the start nodes of a cluster. */
  readonly addresses: readonly RedisAddress[];
  /** ACL user; the server's default user when left out. */
  readonly username?: string;
  readonly password?: string;
  /** Number of the database, 0 by default; a cluster has only 0. */
  readonly database: number;
  /** Left out: found out when connecting. */
  readonly clusterMode?: boolean;
  /** Left out: plain TCP. */
  readonly tls?: TlsSettings;
  /** Of RudderStack's event stream; profiles do not have it. */
  readonly prefix: string;
  /** Whether a profile is one JSON document instead of a hash. */
  readonly useJSONModule: boolean;
}

export interface RedisAddress {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

export interface TlsSettings {
  /** Takes any certificate. For trying out alone. */
  readonly skipVerify: boolean;
  /** PEM; the only trusted root when given. */
  readonly caCertificate?: string;
}

interface AnyDestinationConfig {
  /** The Destination ID, second part of every key. */
  readonly id: string;
  /** First part of every key. */
  readonly workspaceId: string;
  /** For people; the ID by default. */
  readonly name: string;
  /** A disabled one is listed, and answers Invalid Destination. */
  readonly enabled: boolean;
}

/** A destination that profiles can be read from. */
export interface RedisDestinationConfig extends AnyDestinationConfig {
  readonly kind: 'redis';
  readonly type: 'REDIS';
  /** Longest time a lookup may take in Redis, connecting included, in milliseconds: 1 to 60000, 250 by default. */
  readonly timeoutMs: number;
  readonly redis: RedisSettings;
}

/** A destination of another type: listed, never read. */
export interface OtherDestinationConfig extends AnyDestinationConfig {
  readonly kind: 'other';
  readonly type: string;
}

export type DestinationConfig = RedisDestinationConfig | OtherDestinationConfig;

interface AnyAccessTokenConfig {
  /** For logs. */
  readonly name: string;
  /** The token's SHA-256: 64 hex digits in lower case. */
  readonly sha256: string;
  /** Left out: it does not expire. */
  readonly expiresAt?: Date;
}

/** A token that reads every destination. */
export interface AdminTokenConfig extends AnyAccessTokenConfig {
  readonly role: 'admin';
}

/** A token that reads the destinations it names. */
export interface ReaderTokenConfig extends AnyAccessTokenConfig {
  readonly role: 'reader';
  /** IDs of destinations of this configuration, at least one. */
  readonly destinations: readonly string[];
}

export type AccessTokenConfig = AdminTokenConfig | ReaderTokenConfig;

export interface ServerConfig {
  /** The address to listen on, `0.0.0.0` by default. */
  readonly host: string;
  /** 0 to 65535, 4000 by default; 0 takes a free one. */
  readonly port: number;
  /** Whether browsers get GraphiQL at `/graphql`; true by default. */
  readonly graphiql: boolean;
}

export interface Config {
  readonly destinations: readonly DestinationConfig[];
  readonly accessTokens: readonly AccessTokenConfig[];
  readonly server: ServerConfig;
}
