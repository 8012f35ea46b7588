/** What the generations of a gateway share: each is made once, and stays while its configuration does. */

import { type Authenticator, createAuthenticator } from './access/authenticator.js';
import {
  createIdentityProvider,
  type IdentityProvider,
} from './access/identity-providers/identity-provider.js';
import type { KnownTokens } from './access/known-tokens.js';
import { createProfileTokenIssuer, type ProfileTokenIssuer } from './access/profile-tokens/issue.js';
import { profileTokenKey } from './access/profile-tokens/signing-key.js';
import { createProfileTokenVerifier } from './access/profile-tokens/verify.js';
import { type CounterFactory, oneCounterARate } from './access/rate-limiter.js';
import { keepTokenUseFile, type TokenUseFile } from './access/token-use-file.js';
import type {
  Config,
  IdentityProviderConfig,
  RedisDestinationConfig,
  RedisSettings,
} from './config/config.js';
import { createEngine, type Engine, type EngineOptions } from './graphql/engine.js';
import type { ProfileEraser } from './profiles/eraser.js';
import { layoutOf } from './profiles/layouts/layout-of.js';
import type { ProfileStore } from './profiles/store.js';
import { openRedisEraser } from './profiles/stores/redis-eraser.js';
import { redisStore } from './profiles/stores/redis-store.js';
import { openRedisClient } from './redis/open-client.js';
import { openSharedCounters } from './redis/shared-counter.js';
import { type Lease, SharedParts } from './shared-parts.js';
import type { Logger } from './telemetry/logger.js';
import type { DestinationMetrics } from './telemetry/metrics/destination-metrics.js';
import type { GatewayMetrics } from './telemetry/metrics/gateway-metrics.js';

export type OpenStore = (destination: RedisDestinationConfig) => ProfileStore;

export interface GenerationPartsOptions {
  readonly logger: Logger;
  readonly knownTokens: KnownTokens;
  /** Gives the store of a destination instead of its Redis. */
  readonly openStore?: OpenStore | undefined;
  /** Left out: nobody counts. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Counts lookups where the configuration gives no Redis for it. */
  readonly createCounter: CounterFactory;
}

/** Who may come in, and who may let others in. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly profileTokenIssuer: ProfileTokenIssuer | undefined;
}

interface Counters {
  readonly counterOf: CounterFactory;
  close(): Promise<void>;
}

export class GenerationParts {
  readonly #options: GenerationPartsOptions;
  readonly #stores = new SharedParts<RedisDestinationConfig, ProfileStore>((store) => store.close());
  readonly #erasers = new SharedParts<RedisDestinationConfig, ProfileEraser | undefined>(async (eraser) =>
    eraser?.close(),
  );
  readonly #engines = new SharedParts<Omit<EngineOptions, 'logger' | 'onOperation'>, Engine>();
  readonly #providers = new SharedParts<IdentityProviderConfig, IdentityProvider>();
  readonly #access = new SharedParts<Pick<Config, 'profileTokens' | 'identityProviders'>, Access>();
  readonly #counters = new SharedParts<RedisSettings | undefined, Counters>((counters) => counters.close());
  readonly #tokenUse = new SharedParts<undefined, TokenUseFile>((file) => file.close());

  constructor(options: GenerationPartsOptions) {
    this.#options = options;
  }

  store(destination: RedisDestinationConfig): Lease<ProfileStore> {
    const { logger, openStore } = this.#options;
    // What people call it changes nothing of its connection.
    const config = { ...destination, name: destination.id };
    return this.#stores.lease(
      destination.id,
      config,
      () => openStore?.(destination) ?? openRedis(destination, logger, this.metrics(destination.id)),
    );
  }

  /** Counts what is read from a destination; undefined where nobody counts. */
  metrics(destinationId: string): DestinationMetrics | undefined {
    return this.#options.metrics?.destination(destinationId);
  }

  /** Undefined where nothing may be erased, and where there is no Redis to erase at. */
  eraser(destination: RedisDestinationConfig): Lease<ProfileEraser | undefined> {
    const { logger, openStore } = this.#options;
    const config = { ...destination, name: destination.id };
    return this.#erasers.lease(destination.id, config, () =>
      openStore === undefined ? openRedisEraser(destination, logger) : undefined,
    );
  }

  engine(options: Omit<EngineOptions, 'logger' | 'onOperation'>): Lease<Engine> {
    const { logger, metrics } = this.#options;
    const onOperation = metrics && ((isKnown: boolean) => metrics.operation(isKnown));
    return this.#engines.lease('', options, () => createEngine({ logger, onOperation, ...options }));
  }

  identityProvider(config: IdentityProviderConfig): Lease<IdentityProvider> {
    const { logger } = this.#options;
    const { issuer } = config;
    return this.#providers.lease(issuer, config, () =>
      createIdentityProvider(config, {
        onFailure: (reason) =>
          logger.warn({ issuer, reason }, 'the keys of an identity provider cannot be fetched'),
        now: Date.now,
      }),
    );
  }

  /** @param providers those of the configuration */
  access(
    { profileTokens, identityProviders }: Config,
    providers: readonly IdentityProvider[],
  ): Lease<Access> {
    return this.#access.lease('', { profileTokens, identityProviders }, () => {
      const keys = profileTokens?.keys.map(profileTokenKey) ?? [];
      return {
        authenticator: createAuthenticator({
          knownTokens: this.#options.knownTokens,
          profileTokens: profileTokens && createProfileTokenVerifier(keys, profileTokens),
          identityProviders: providers,
          now: Date.now,
        }),
        profileTokenIssuer: profileTokens && createProfileTokenIssuer(profileTokens, keys),
      };
    });
  }

  /** @param redis where all gateways count together; undefined: each for itself */
  counters(redis: RedisSettings | undefined): Lease<Counters> {
    const { logger, createCounter } = this.#options;
    return this.#counters.lease('', redis, () => {
      if (redis === undefined) {
        return { counterOf: oneCounterARate(createCounter), close: async () => {} };
      }
      const shared = openSharedCounters(redis, logger);
      return {
        counterOf: oneCounterARate((rate) => shared.counter(rate.lookups, rate.seconds, createCounter(rate))),
        close: () => shared.close(),
      };
    });
  }

  tokenUse(file: string): Lease<TokenUseFile> {
    const { logger, knownTokens } = this.#options;
    return this.#tokenUse.lease(file, undefined, () =>
      keepTokenUseFile({
        file,
        uses: () => knownTokens.uses(),
        onFailure: () => logger.warn({ file }, 'the days of last use cannot be written'),
      }),
    );
  }
}

function openRedis(
  destination: RedisDestinationConfig,
  logger: Logger,
  metrics: DestinationMetrics | undefined,
): ProfileStore {
  const { id, redis, timeoutMs, maxProfileBytes } = destination;
  return redisStore(
    openRedisClient({ destinationId: id, settings: redis, timeoutMs, logger, metrics }),
    layoutOf(destination),
    maxProfileBytes,
  );
}
