/**
 * All that is made of one configuration. A reload makes the next generation beside it and puts that in its place; what the two
 * have in common they share, and each request is answered wholly by the generation that it came to.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { createRateLimiter } from './access/rate-limiter.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { Config } from './config/config.js';
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
import { type Answered, Site } from './http/site.js';
import {
  createAnonymousContext,
  createRequestContext,
  type RequestContext,
  type RequestContextSources,
} from './request-context.js';
import { activationRoutes } from './rest/activation.js';
import { profileTokensRoute } from './rest/profile-tokens.js';
import type { Lease } from './shared-parts.js';
import { type AuditTrail, createAudit } from './telemetry/audit.js';
import type { Logger } from './telemetry/logger.js';
import { VERSION } from './version.js';

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
  readonly #leases: Lease<unknown>[] = [];

  /** @throws what making a part throws; nothing stays open then. */
  constructor(blueprint: Blueprint, options: GenerationOptions) {
    this.config = blueprint.config;
    try {
      const sources = this.#sources(blueprint, options);
      this.#readable = sources.destinations.readable;
      this.#engine = this.#held(this.#engineOf(blueprint, options));
      this.site = this.#siteOf(options, sources);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /**
   * Connects to the destinations, and makes trusted documents ready: what otherwise the first requests would wait for.
   * @returns whether every destination answers
   */
  async prepare(): Promise<boolean> {
    const checks = Promise.allSettled(this.#readable.map(({ store }) => store.check()));
    await this.#engine.prepare();
    return (await checks).every(({ status }) => status === 'fulfilled');
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

  #siteOf({ logger, readiness, demo }: GenerationOptions, sources: RequestContextSources): Site {
    const { server, audit } = this.config;
    const known = new KnownRequests(sources, audit.enabled ? createAudit(logger, audit.idKey) : undefined);
    const createContext = (request: HttpRequest) => known.createContext(request);
    const graphiql = demo === undefined ? {} : { accessToken: demo.accessToken };
    const checks = this.#readable.map(({ id, store }) => ({ id, check: () => store.check() }));
    const docs = docsRoutes();
    return new Site({
      routes: [
        landingRoute({
          version: VERSION,
          detail: server.landingPage,
          destinations: sources.destinations.listed,
          checks,
          links: {
            ...(server.graphiql ? { graphiql: '/graphql' } : {}),
            ...(demo === undefined ? {} : { demo: '/demo' }),
            ...(docs.length === 0 ? {} : { rest: '/docs/rest', docs: '/docs' }),
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
              : createContext,
          ...(server.graphiql ? { graphiql } : {}),
        }),
        ...activationRoutes(createContext),
        profileTokensRoute(createContext),
        ...(demo?.routes ?? []),
      ],
      crossOrigin: createCrossOrigin(server.cors),
      onResponse: (answered) => known.onResponse(answered),
    });
  }
}

/** What is known of the requests that are being answered, for the lines and the headers of their responses. */
class KnownRequests {
  readonly #sources: RequestContextSources;
  readonly #beginAudit: (() => AuditTrail) | undefined;

  constructor(sources: RequestContextSources, beginAudit: (() => AuditTrail) | undefined) {
    this.#sources = sources;
    this.#beginAudit = beginAudit;
  }

  createContext(request: HttpRequest): RequestContext | Promise<RequestContext> {
    const { requestId, headers, cancellation } = request;
    const about = this.#knownOf(request);
    const context = createRequestContext(this.#sources, {
      requestId,
      authorization: headers.authorization,
      cancellation,
      audit: about.audit,
    });
    return context instanceof Promise
      ? context.then((found) => remember(about, found))
      : remember(about, context);
  }

  /** Where the schema is public, those who show no token may ask for it, and for nothing else. */
  createPublicContext(request: HttpRequest): RequestContext | Promise<RequestContext> {
    const { requestId, headers, cancellation } = request;
    if (headers.authorization !== undefined) {
      return this.createContext(request);
    }
    const about = this.#knownOf(request);
    return remember(
      about,
      createAnonymousContext(this.#sources, {
        requestId,
        authorization: undefined,
        cancellation,
        audit: about.audit,
      }),
    );
  }

  /** @returns headers that the response gets besides */
  onResponse({ request, route, response, startedAt }: Answered): Readonly<Record<string, string>> {
    const { context, audit } = this.#knownOf(request);
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
  }

  #knownOf(request: HttpRequest): KnownRequest {
    if (request.note instanceof KnownRequest) {
      return request.note;
    }
    const known = new KnownRequest(this.#beginAudit?.());
    request.note = known;
    return known;
  }
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
