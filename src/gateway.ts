/** The composition root: a configuration in, a running gateway out. The only file that knows every room. */

import type { AddressInfo } from 'node:net';
import { type Authenticator, createAuthenticator } from './access/authenticator.js';
import { createIdentityProvider } from './access/identity-providers/identity-provider.js';
import { createKnownTokens, type KnownTokens } from './access/known-tokens.js';
import { createProfileTokenIssuer, type ProfileTokenIssuer } from './access/profile-tokens/issue.js';
import { profileTokenKey } from './access/profile-tokens/signing-key.js';
import { createProfileTokenVerifier } from './access/profile-tokens/verify.js';
import {
  type CounterFactory,
  countHere,
  countInSupervisor,
  createRateLimiter,
} from './access/rate-limiter.js';
import { keepTokenUseFile } from './access/token-use-file.js';
import type { AccessTokenConfig, Config, RedisDestinationConfig } from './config/config.js';
import { createDestinationRegistry } from './destinations/registry.js';
import { createEngine, type EngineOptions } from './graphql/engine.js';
import { loadTrustedDocuments } from './graphql/load-trusted-documents.js';
import { graphqlRoute } from './graphql/route.js';
import { createCrossOrigin } from './http/cross-origin.js';
import type { HttpRequest } from './http/exchange.js';
import { healthRoutes } from './http/health.js';
import { landingRoute } from './http/landing.js';
import { createHttpServer } from './http/server.js';
import { layoutOf } from './profiles/layouts/layout-of.js';
import type { ProfileStore } from './profiles/store.js';
import { redisStore } from './profiles/stores/redis-store.js';
import { openRedisClient } from './redis/open-client.js';
import { openSharedCounters } from './redis/shared-counter.js';
import {
  createAnonymousContext,
  createRequestContext,
  type RequestContext,
  type RequestContextSources,
} from './request-context.js';
import { activationRoutes } from './rest/activation.js';
import { profileTokensRoute } from './rest/profile-tokens.js';
import { type AuditTrail, createAudit } from './telemetry/audit.js';
import { createLogger, type Logger } from './telemetry/logger.js';

/** How long requests in flight may take to finish once the gateway is told to stop. */
const DRAIN_MS = 8_000;

export interface GatewayOptions {
  readonly config: Config;
  /** Defaults to JSON lines on standard output. */
  readonly logger?: Logger;
  /** Gives the store of a destination instead of its Redis: the demo's embedded one. */
  readonly openStore?: (destination: RedisDestinationConfig) => ProfileStore;
  /** Where rates are counted that the configuration gives no Redis for: here, unless this is a worker of a supervisor. */
  readonly countRates?: 'here' | 'in the supervisor';
  /** Put into the headers of GraphiQL. Only for a demo: anyone who opens the page reads it. */
  readonly graphiqlAccessToken?: string;
}

/** A gateway that is built and not yet listening. */
export interface Gateway {
  /**
   * Starts to listen where the configuration says.
   * @throws when the address cannot be had, `EADDRINUSE` for one.
   */
  listen(): Promise<AddressInfo>;
  /**
   * Connects to every destination that can be read, which otherwise the first lookup does. What cannot be reached is told to
   * the log and tried again.
   * @returns whether all of them answer now
   */
  connect(): Promise<boolean>;
  /** Knows these access tokens from now on, and no others. Requests under way go on. */
  replaceAccessTokens(accessTokens: readonly AccessTokenConfig[]): void;
  /** Finishes what is in flight (for at most 8 s), refuses what is new, closes every connection. */
  close(): Promise<void>;
}

/** @throws TrustedDocumentsError when the trusted documents that the configuration names cannot be had. */
export function createGateway(options: GatewayOptions): Gateway {
  const { config, logger = createLogger(), countRates = 'here', graphiqlAccessToken } = options;
  const { openStore = (destination) => openRedis(destination, logger) } = options;
  const { limits, server: serverConfig } = config;
  const { introspection } = serverConfig;
  const trustedDocuments = readTrustedDocuments(config);

  const knownTokens = createKnownTokens(config.accessTokens);
  const tokenUse = keepTokenUse(config, knownTokens, logger);
  const { authenticator, profileTokenIssuer } = createAccess(config, knownTokens, logger);
  const destinations = createDestinationRegistry(config.destinations, openStore);
  const rate = createRate(config, logger, countRates === 'here' ? countHere : countInSupervisor);
  const sources: RequestContextSources = {
    authenticator,
    destinations,
    lookupLimit: limits.lookups,
    rateLimiter: rate.limiter,
    rateMode: limits.rate.mode,
    profileTokenIssuer,
    onOverLimit: (note) => logger.warn(note, 'a request goes past a limit that is only measured'),
  };

  const beginAudit = config.audit.enabled ? createAudit(logger, config.audit.idKey) : undefined;
  /** What is known of a request that is being answered, for the line and the headers of its response. */
  const knownOf = (request: HttpRequest): KnownRequest => {
    if (request.note instanceof KnownRequest) {
      return request.note;
    }
    const known = new KnownRequest(beginAudit?.());
    request.note = known;
    return known;
  };
  const createContext = (request: HttpRequest) => {
    const { requestId, headers } = request;
    const about = knownOf(request);
    const context = createRequestContext(sources, {
      requestId,
      authorization: headers.authorization,
      audit: about.audit,
    });
    return context instanceof Promise
      ? context.then((found) => remember(about, found))
      : remember(about, context);
  };
  /** Where the schema is public, those who show no token may ask for it, and for nothing else. */
  const createGraphQLContext = (request: HttpRequest) => {
    const { requestId, headers } = request;
    if (introspection !== 'public' || headers.authorization !== undefined) {
      return createContext(request);
    }
    const about = knownOf(request);
    return remember(
      about,
      createAnonymousContext(sources, { requestId, authorization: undefined, audit: about.audit }),
    );
  };

  const graphiql = graphiqlAccessToken === undefined ? {} : { accessToken: graphiqlAccessToken };
  const server = createHttpServer({
    routes: [
      landingRoute({ graphiql: serverConfig.graphiql }),
      ...healthRoutes(destinations.readable.map(({ id, store }) => ({ id, check: () => store.check() }))),
      graphqlRoute({
        engine: createEngine({ logger, limits, introspection: introspection !== 'off', trustedDocuments }),
        createContext: createGraphQLContext,
        ...(serverConfig.graphiql ? { graphiql } : {}),
      }),
      ...activationRoutes(createContext),
      profileTokensRoute(createContext),
    ],
    logger,
    crossOrigin: createCrossOrigin(serverConfig.cors),
    requestTimeoutMs: serverConfig.requestTimeoutMs,
    onResponse({ request, route, response, startedAt }) {
      const { context, audit } = knownOf(request);
      // Pages and probes read nobody's data.
      if (route?.isApi !== false) {
        audit?.write({
          requestId: request.requestId,
          token: context?.tokenName,
          method: request.method,
          // Whatever else stands in a path was not asked of us, and may be anybody's id.
          path: route?.path ?? '?',
          status: response.status,
          ms: Math.round((performance.now() - startedAt) * 10) / 10,
        });
      }
      return context?.headers ?? {};
    },
  });

  return {
    listen: () => server.listen(serverConfig.host, serverConfig.port),
    async connect() {
      const checks = await Promise.allSettled(destinations.readable.map(({ store }) => store.check()));
      return checks.every(({ status }) => status === 'fulfilled');
    },
    replaceAccessTokens: (accessTokens) => knownTokens.replace(accessTokens),
    async close() {
      await server.drain(DRAIN_MS);
      await Promise.all([destinations.close(), rate.close(), tokenUse?.close()]);
    },
  };
}

class KnownRequest {
  readonly audit: AuditTrail | undefined;
  /** Undefined until the caller is known. */
  context: RequestContext | undefined;

  constructor(audit: AuditTrail | undefined) {
    this.audit = audit;
  }
}

function remember(request: KnownRequest, context: RequestContext): RequestContext {
  request.context = context;
  return context;
}

function createAccess(
  { profileTokens, identityProviders }: Config,
  knownTokens: KnownTokens,
  logger: Logger,
): { authenticator: Authenticator; profileTokenIssuer: ProfileTokenIssuer | undefined } {
  const keys = profileTokens?.keys.map(profileTokenKey) ?? [];
  return {
    authenticator: createAuthenticator({
      knownTokens,
      profileTokens: profileTokens && createProfileTokenVerifier(keys, profileTokens),
      identityProviders: identityProviders.map((provider) =>
        createIdentityProvider(provider, {
          onFailure: (reason) =>
            logger.warn(
              { issuer: provider.issuer, reason },
              'the keys of an identity provider cannot be fetched',
            ),
          now: Date.now,
        }),
      ),
      now: Date.now,
    }),
    profileTokenIssuer: profileTokens && createProfileTokenIssuer(profileTokens, keys),
  };
}

function createRate({ limits: { rate } }: Config, logger: Logger, count: CounterFactory) {
  if (rate.redis === undefined) {
    return { limiter: createRateLimiter(rate, count), close: async () => {} };
  }
  const shared = openSharedCounters(rate.redis, logger);
  return {
    limiter: createRateLimiter(rate, (each) => shared.counter(each.lookups, each.seconds, count(each))),
    close: () => shared.close(),
  };
}

function keepTokenUse({ accessTokenUseFile: file }: Config, knownTokens: KnownTokens, logger: Logger) {
  return file === undefined
    ? undefined
    : keepTokenUseFile({
        file,
        uses: () => knownTokens.uses(),
        onFailure: () => logger.warn({ file }, 'the days of last use cannot be written'),
      });
}

function readTrustedDocuments({ trustedDocuments }: Config): EngineOptions['trustedDocuments'] {
  if (trustedDocuments === undefined || trustedDocuments.mode === 'off') {
    return undefined;
  }
  const { mode, path } = trustedDocuments;
  return { mode, byId: loadTrustedDocuments(path) };
}

function openRedis(destination: RedisDestinationConfig, logger: Logger): ProfileStore {
  const { id, redis, timeoutMs, maxProfileBytes } = destination;
  return redisStore(
    openRedisClient({ destinationId: id, settings: redis, timeoutMs, logger }),
    layoutOf(destination),
    maxProfileBytes,
  );
}
