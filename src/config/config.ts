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
  /** Left out: nothing may be erased there. */
  readonly erase?: EraseConfig | undefined;
}

/** How people are erased who ask to be forgotten. */
export interface EraseConfig {
  /** Id type → the trait of a stored profile that has the same person's ids of that type. Empty: no ids are found that way. */
  readonly linkTraits: Readonly<Record<string, string>>;
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
  readonly expiresAt?: Date | undefined;
  /** The secret that this token had before it was rotated, while it still works. */
  readonly previous?: PreviousSecretConfig | undefined;
  /** Lookups that it may make; those of `limits.rate` when left out. */
  readonly rate?: RateConfig | undefined;
}

export interface PreviousSecretConfig {
  /** 64 hex digits in lower case. */
  readonly sha256: string;
  readonly expiresAt: Date;
}

/** A token that reads every destination. */
export interface AdminTokenConfig extends AnyAccessTokenConfig {
  readonly role: 'admin';
}

/**
 * What may be read: what passes each list. A pattern is a name with `*` for any characters; one that begins with `!` denies.
 * A list that is left out lets everything pass, and so does one of denials alone, but for what it denies.
 */
export interface GrantConfig {
  /** IDs of destinations. */
  readonly destinations?: readonly string[] | undefined;
  readonly entities?: readonly string[] | undefined;
  readonly idTypes?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  /** `model.trait`, parted at the last dot where it allows, hiding whatever it may mean where it denies. */
  readonly traits?: readonly string[] | undefined;
}

/** A token that reads what it is granted. */
export interface ReaderTokenConfig extends AnyAccessTokenConfig, GrantConfig {
  readonly role: 'reader';
  /** IDs of destinations of this configuration or patterns of them, at least one. */
  readonly destinations: readonly string[];
}

export type AccessTokenConfig = AdminTokenConfig | ReaderTokenConfig;

/** How many lookups in how long a time. */
export interface RateConfig {
  /** 1 to 1,000,000,000. */
  readonly lookups: number;
  /** 1 to 86,400; 1 by default. */
  readonly seconds: number;
}

/** `enforce` refuses what goes past a limit; `measure` lets it pass, and tells the log. */
export type LimitMode = 'enforce' | 'measure';

export interface LimitConfig {
  readonly max: number;
  readonly mode: LimitMode;
}

/** Limits of the lookups that a token may make. */
export interface RateLimitConfig {
  /** Of a token that has no rate of its own; left out, such a token has none. */
  readonly lookups?: number | undefined;
  readonly seconds: number;
  readonly mode: LimitMode;
  /** Where all gateways count together; each for itself when left out. */
  readonly redis?: RedisSettings | undefined;
}

/** When a gateway refuses requests to be able to answer the others. Each worker counts for itself. */
export interface OverloadConfig {
  /** Requests that are answered at once: 1 to 100,000; 1,000 by default. */
  readonly requestsInFlight: number;
  /** Lookups of them, together: 1 to 1,000,000; 8,000 by default. */
  readonly lookupsInFlight: number;
  /** How late the event loop may be, in milliseconds: 10 to 10,000; 200 by default. */
  readonly eventLoopDelayMs: number;
  readonly mode: LimitMode;
}

/** What one GraphQL request may hold; fragments count where they are spread. */
export interface LimitsConfig {
  /** Levels of selections, one for the fields of the operation; 20 by default. */
  readonly depth: LimitConfig;
  /** Fields with an alias; 2,000 by default, so that a thousand lookups may have one each. */
  readonly aliases: LimitConfig;
  /** Lexical tokens of the document; 50,000 by default. */
  readonly tokens: LimitConfig;
  /** Uses of directives; 50 by default. */
  readonly directives: LimitConfig;
  /** Selections: fields, fragments and what is in them; 10,000 by default. */
  readonly fields: LimitConfig;
  /** Fields that repeat the response name of one beside them; 100 by default. */
  readonly duplicates: LimitConfig;
  /** Operations sent as one JSON array; 1 by default, which takes no array. */
  readonly operations: LimitConfig;
  /** Profiles asked for, over both faces; 1,000 by default. */
  readonly lookups: LimitConfig;
  readonly rate: RateLimitConfig;
  readonly overload: OverloadConfig;
}

/** A key of profile tokens. The first that can sign, and is bound to no access token, signs what the gateway mints. */
export type ProfileTokenKeyConfig = {
  /** Names the key in the tokens it signs; unique. */
  readonly kid: string;
  /** The access token whose grant bounds whatever this key signs: for a key that a BFF holds. Left out: the token names it. */
  readonly accessToken?: string | undefined;
} & (
  | {
      readonly algorithm: 'EdDSA';
      /** PEM of an Ed25519 key: signs and verifies. */
      readonly privateKey?: string | undefined;
      /** PEM of an Ed25519 key: verifies alone. One of the two is given. */
      readonly publicKey?: string | undefined;
    }
  /** At least 32 characters. */
  | { readonly algorithm: 'HS256'; readonly secret: string }
);

export interface ProfileTokensConfig {
  /** Who the tokens are for: the `aud` of each, `activation-gateway` by default. */
  readonly audience: string;
  /** How long a token lives that asks for nothing else; 600 by default. */
  readonly lifeSeconds: number;
  /** Longest life; 86,400 by default, and no more. */
  readonly maxLifeSeconds: number;
  /** At least one. */
  readonly keys: readonly ProfileTokenKeyConfig[];
}

/** What the bearer of certain claims may read. */
export type ClaimGrantConfig = {
  /** Name of a claim → the values of which it must have one. All must hold. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
} & (
  | { readonly role: 'admin' }
  | ({ readonly role: 'reader' } & GrantConfig)
  | {
      /** Reads the profile that the claims name, and no other. */
      readonly role: 'viewer';
      readonly destination: string;
      readonly entity: string;
      /** Id type → the claim that has the id value. */
      readonly ids: Readonly<Record<string, string>>;
      readonly models?: readonly string[] | undefined;
      readonly traits?: readonly string[] | undefined;
    }
);

/** Where tokens come from that are not ours. */
export interface IdentityProviderConfig {
  /** The `iss` of its tokens, letter by letter. */
  readonly issuer: string;
  /** One of them must be in the `aud` of a token. */
  readonly audience: readonly string[];
  /** Where its public keys are. */
  readonly jwksUri: string;
  /** Signature algorithms that are taken. */
  readonly algorithms: readonly string[];
  /** The first that fits a token counts; a token that none fits is not authenticated. */
  readonly grants: readonly ClaimGrantConfig[];
}

export interface TrustedDocumentsConfig {
  /** `prefer` takes other documents too, and tells the log; `only` refuses them. */
  readonly mode: 'off' | 'prefer' | 'only';
  /** A folder of `.graphql` files or a manifest of JSON. */
  readonly path: string;
}

export interface AuditConfig {
  /** Whether every request gets its line; true by default. */
  readonly enabled: boolean;
  /** Key of the hashes that stand for id values; without one they are left out. At least 16 characters. */
  readonly idKey?: string | undefined;
  /** Share of the requests without a failure that get it, 0 to 1; 1 by default, and always with an `idKey`. */
  readonly sampleSuccesses: number;
}

/** `text` is for people; `auto` is `text` on a terminal and `json` everywhere else. */
export type LogFormat = 'auto' | 'json' | 'text';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LogConfig {
  /** The least that is logged; `info` by default. */
  readonly level: LogLevel;
  /** `auto` by default. */
  readonly format: LogFormat;
}

/** Where Prometheus scrapes. */
export interface MetricsConfig {
  /** The address to listen on, `127.0.0.1` by default. */
  readonly host: string;
  /** 0 to 65535, 9464 by default; 0 takes a free one. */
  readonly port: number;
}

export interface CorsConfig {
  /** Origins whose pages may ask, `https://shop.example.com`; `*` is every one. None by default. */
  readonly origins: readonly string[];
  /** How long browsers may remember it; 600 by default. */
  readonly maxAgeSeconds: number;
}

/** Who may ask for the schema: anyone, those who have a token, nobody. */
export type IntrospectionMode = 'public' | 'authenticated' | 'off';

/** `brief`: that it runs and where to go on. `full`: the version and the destinations by name too. */
export type LandingPageDetail = 'brief' | 'full';

export interface ServerConfig {
  /** The address to listen on, `0.0.0.0` by default. */
  readonly host: string;
  /** 0 to 65535, 4000 by default; 0 takes a free one. */
  readonly port: number;
  /** Whether browsers get GraphiQL at `/graphql`; true by default. */
  readonly graphiql: boolean;
  /** How much `/` tells those who are not known; `brief` by default. */
  readonly landingPage: LandingPageDetail;
  /** `authenticated` by default. */
  readonly introspection: IntrospectionMode;
  /** Longest time that a request may take to come in, in milliseconds; 30,000 by default. */
  readonly requestTimeoutMs: number;
  /** How long `/readyz` says that the gateway is about to stop before it stops, in seconds: 0 to 600; 0 by default. */
  readonly drainSeconds: number;
  readonly cors: CorsConfig;
}

export interface Config {
  readonly destinations: readonly DestinationConfig[];
  readonly accessTokens: readonly AccessTokenConfig[];
  /** Path of the file that the access tokens were read from, where they are not in the configuration itself. */
  readonly accessTokensFile?: string | undefined;
  /** Path of the file where the day of each access token's last use is kept. Left out: nowhere. */
  readonly accessTokenUseFile?: string | undefined;
  readonly profileTokens?: ProfileTokensConfig | undefined;
  readonly identityProviders: readonly IdentityProviderConfig[];
  readonly limits: LimitsConfig;
  /** Path of the `pb_project.yaml` that says which entities and id types there are. Left out: any may be asked for. */
  readonly catalog?: string | undefined;
  readonly trustedDocuments?: TrustedDocumentsConfig | undefined;
  readonly audit: AuditConfig;
  readonly log: LogConfig;
  /** Left out: nothing is measured. */
  readonly metrics?: MetricsConfig | undefined;
  readonly server: ServerConfig;
}
