/** A configuration that was checked: what the rest of the gateway works with. */

/** Where a Redis is and how it is spoken to. */
export interface RedisSettings {
  /** Several are the start nodes of a cluster; none where there is a socket or a sentinel. */
  readonly addresses: readonly RedisAddress[];
  /** Path of a Unix socket. */
  readonly socketPath?: string;
  /** Who knows which server is the primary. */
  readonly sentinel?: SentinelSettings;
  /** ACL user; the server's default user when left out. */
  readonly username?: string;
  readonly password?: string;
  /** Number of the database, 0 by default; a cluster has only 0. */
  readonly database: number;
  /** Left out: found out when connecting. */
  readonly clusterMode?: boolean;
  /** Which servers are read; the primary by default. */
  readonly readFrom: ReadFrom;
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

/**
 * `primary`: what was written last. `replica`: replicas alone, which may lag. `prefer-replica`: replicas, and the primary
 * where none of them can be asked.
 */
export type ReadFrom = 'primary' | 'replica' | 'prefer-replica';

export interface SentinelSettings {
  /** The name by which the sentinels know the primary. */
  readonly name: string;
  /** At least one. */
  readonly addresses: readonly RedisAddress[];
  /** Of the sentinels themselves; those of the servers are beside them. */
  readonly username?: string;
  readonly password?: string;
}

export interface TlsSettings {
  /** Takes any certificate. For trying out alone. */
  readonly skipVerify: boolean;
  /** PEM; the only trusted root when given. */
  readonly caCertificate?: string;
  /** PEM, with {@link clientKey}: shown to a server that asks for a certificate. */
  readonly clientCertificate?: string;
  /** PEM. */
  readonly clientKey?: string;
  /** The name that the server's certificate must have; that of the address when left out. */
  readonly serverName?: string;
}

/** As RudderStack's profiles are synced: a hash or, with `useJSONModule`, a JSON document. The default. */
export interface ProfilesLayout {
  readonly type: 'profiles';
}

/** As RudderStack's event stream is synced: `[prefix:]user:<id>`, traits flattened to strings. */
export interface EventStreamLayout {
  readonly type: 'event-stream';
  /** The id type that the sync writes, `user_id` by default. The key does not tell it, so no other is looked for. */
  readonly idType: string;
  /** The model that the traits are given back under, `user` by default. */
  readonly model: string;
}

export type KeyPlaceholder = 'workspaceId' | 'destinationId' | 'entity' | 'idType' | 'idValue';
/** A part of a key: text as it stands, or what is put in its place. */
export type KeyPart = { readonly literal: string } | { readonly placeholder: KeyPlaceholder };

/** As another tool writes them. */
export type CustomLayout = {
  readonly type: 'custom';
  /** No two ids give the same key. */
  readonly key: readonly KeyPart[];
  /** The one entity served, where the key has no place for it. */
  readonly entity?: string;
  /** The one id type served, where the key has no place for it. */
  readonly idType?: string;
} & (
  | { readonly value: 'hash-of-json' }
  /** The model that the traits are given back under. */
  | { readonly value: 'hash-of-strings'; readonly model: string }
  /** Without a model, the JSON is model → traits. */
  | { readonly value: 'json-string' | 'json-document'; readonly model?: string }
);

export type LayoutConfig = ProfilesLayout | EventStreamLayout | CustomLayout;

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
  /** Most that may be stored for one profile, in bytes: 1 kB to 512 MB, 8 MiB by default. */
  readonly maxProfileBytes: number;
  readonly redis: RedisSettings;
  /** How the profiles lie in the Redis. */
  readonly layout: LayoutConfig;
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
