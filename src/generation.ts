/**
 * All that is made of one configuration. A reload makes the next generation beside it and puts that in its place; what the two
 * have in common they share, and each request is answered wholly by the generation that it came to.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Authenticator } from './access/authenticator.js';
import { createRateLimiter } from './access/rate-limiter.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { Config } from './config/config.js';
import { DEFAULT_PROFILE_TOKENS } from './config/defaults.js';
import { createDestinationRegistry, type Destination } from './destinations/registry.js';
import type { GenerationParts } from './generation-parts.js';
import type { Engine } from './graphql/engine.js';
import { graphqlRoute } from './graphql/route.js';
import type { TrustedDocuments } from './graphql/trusted-documents.js';
import { createCrossOrigin } from './http/cross-origin.js';
import { docsRoutes } from './http/docs.js';
import type { HttpRequest, Route } from './http/exchange.js';
import { healthRoutes, type Readiness } from './http/health.js';
import { landingRoute } from './http/landing.js';
import { Site } from './http/site.js';
import { KnownRequests } from './known-requests.js';
import type { RequestContextSources } from './request-context.js';
import { activationRoutes } from './rest/activation.js';
import { openApiRoutes } from './rest/openapi/route.js';
import { profileTokensRoute } from './rest/profile-tokens.js';
import type { Lease } from './shared-parts.js';
import { createAudit } from './telemetry/audit.js';
import type { Logger } from './telemetry/logger.js';
import type { CacheSizes, GatewayMetrics } from './telemetry/metrics/gateway-metrics.js';
import type { Tracing } from './telemetry/tracing.js';
import { packageVersion } from './version.js';

/** How long an answer may take once its request has come in: a little more than the longest time-out of a destination. */
const LONGEST_ANSWER_MS = 65_000;
/** What the landing page's curl line asks, which every access token may. */
const EXAMPLE_QUERY = '{ destinations { id name type enabled } }';

/** What a generation is made of. */
export interface Blueprint {
  readonly config: Config;
  /** Left out: there are none. */
  readonly trustedDocuments: TrustedDocuments | undefined;
  /** Undefined: nobody has said what is synced. */
  readonly catalogue: Catalogue | undefined;
}

export interface GenerationOptions {
  readonly parts: GenerationParts;
  readonly logger: Logger;
  readonly readiness: Pick<Readiness, 'warmUp' | 'isStopping'>;
  /** Left out: nobody counts. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Left out: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  readonly demo: DemoFace | undefined;
}

/** What a demo shows on its pages. */
export interface DemoFace {
  /** Put into the headers of GraphiQL and the curl line of the landing page. */
  readonly accessToken: string;
  /** What the curl line asks. */
  readonly exampleQuery: string;
  /** Further pages. */
  readonly routes: readonly Route[];
}

export class Generation {
  readonly config: Config;
  readonly site: Site;
  readonly #readable: readonly Destination[];
  readonly #engine: Engine;
  readonly #authenticator: Authenticator;
  readonly #leases: Lease<unknown>[] = [];

  /** @throws what making a part throws; nothing stays open then. */
  constructor(blueprint: Blueprint, options: GenerationOptions) {
    this.config = blueprint.config;
    try {
      const sources = this.#sources(blueprint, options);
      this.#readable = sources.destinations.readable;
      this.#authenticator = sources.authenticator;
      this.#engine = this.#held(this.#engineOf(blueprint, options));
      this.site = this.#siteOf(options, sources);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  get cacheSizes(): CacheSizes {
    return {
      knownOperations: this.#engine.known.size,
      knownOperationCharacters: this.#engine.known.characters,
      knownSignedTokens: this.#authenticator.remembered,
    };
  }

  /**
   * Connects to the destinations, and makes trusted documents ready: what otherwise the first requests would wait for.
   * @returns whether every destination answers
   */
  async prepare(): Promise<boolean> {
    // First what holds the event loop: an answer that comes meanwhile would be taken for one that came too late.
    await this.#engine.prepare();
    const checks = await Promise.allSettled(this.#readable.map(({ store }) => store.check()));
    return checks.every(({ status }) => status === 'fulfilled');
  }

  /**
   * To be called when no more requests come to it. Lets those in flight finish, for as long as one can honestly take; then
   * closes.
   */
  async retire(): Promise<void> {
    const giveUp = new AbortController();
    const longest = sleep(this.config.server.requestTimeoutMs + LONGEST_ANSWER_MS, undefined, {
      ref: false,
      signal: giveUp.signal,
    });
    await Promise.race([this.site.idle(), longest]);
    giveUp.abort();
    await longest.catch(() => {});
    await this.close();
  }

  /** Closes what no other generation uses. May be called twice. */
  async close(): Promise<void> {
    await Promise.all(this.#leases.map((lease) => lease.release()));
  }

  #held<Part>(lease: Lease<Part>): Part {
    this.#leases.push(lease);
    return lease.part;
  }

  #sources({ catalogue }: Blueprint, { parts, logger }: GenerationOptions): RequestContextSources {
    const { destinations, identityProviders, accessTokenUseFile, limits } = this.config;
    if (accessTokenUseFile !== undefined) {
      this.#held(parts.tokenUse(accessTokenUseFile));
    }
    const providers = identityProviders.map((provider) => this.#held(parts.identityProvider(provider)));
    const { counterOf } = this.#held(parts.counters(limits.rate.redis));
    return {
      ...this.#held(parts.access(this.config, providers)),
      destinations: createDestinationRegistry(destinations, (destination) => ({
        store: this.#held(parts.store(destination)),
        metrics: parts.metrics(destination.id),
        eraser: this.#held(parts.eraser(destination)),
        // A project says what is synced as profiles; other layouts hold what others have written.
        catalogue: destination.layout.type === 'profiles' ? catalogue : undefined,
      })),
      catalogue,
      lookupLimit: limits.lookups,
      rateLimiter: createRateLimiter(limits.rate, counterOf),
      rateMode: limits.rate.mode,
      onOverLimit: (note) => logger.warn(note, 'a request goes past a limit that is only measured'),
    };
  }

  #engineOf({ trustedDocuments }: Blueprint, { parts }: GenerationOptions): Lease<Engine> {
    const { server, limits } = this.config;
    const { rate, overload, lookups, ...documentLimits } = limits;
    return parts.engine({
      limits: documentLimits,
      introspection: server.introspection !== 'off',
      trustedDocuments,
    });
  }

  #siteOf(
    { logger, readiness, demo, metrics, tracing }: GenerationOptions,
    sources: RequestContextSources,
  ): Site {
    const { server, audit } = this.config;
    const known = new KnownRequests(sources, {
      beginAudit: audit.enabled ? createAudit(logger, audit.idKey) : undefined,
      sampleSuccesses: audit.sampleSuccesses,
      metrics,
      tracing,
    });
    const createRestContext = (request: HttpRequest) => known.createContext(request, 'rest');
    const graphiql = demo === undefined ? {} : { accessToken: demo.accessToken };
    const checks = this.#readable.map(({ id, store }) => ({ id, check: () => store.check() }));
    const docs = docsRoutes();
    return new Site({
      routes: [
        landingRoute({
          version: packageVersion(),
          detail: server.landingPage,
          destinations: sources.destinations.listed,
          checks,
          links: {
            rest: '/openapi',
            ...(server.graphiql ? { graphiql: '/graphql' } : {}),
            ...(demo === undefined ? {} : { demo: '/demo' }),
            ...(docs.length === 0 ? {} : { docs: '/docs' }),
          },
          example: {
            accessToken: demo?.accessToken ?? 'YOUR_ACCESS_TOKEN',
            query: demo?.exampleQuery ?? EXAMPLE_QUERY,
          },
        }),
        ...docs,
        ...healthRoutes({ ...readiness, destinations: checks }),
        graphqlRoute({
          engine: this.#engine,
          createContext:
            server.introspection === 'public'
              ? (request) => known.createPublicContext(request)
              : (request) => known.createContext(request, 'graphql'),
          ...(server.graphiql ? { graphiql } : {}),
        }),
        ...activationRoutes(createRestContext),
        profileTokensRoute(createRestContext),
        ...openApiRoutes(this.config.profileTokens ?? DEFAULT_PROFILE_TOKENS),
        ...(demo?.routes ?? []),
      ],
      crossOrigin: createCrossOrigin(server.cors),
      onResponse: (answered) => known.onResponse(answered),
    });
  }
}
