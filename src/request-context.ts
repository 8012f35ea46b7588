/**
 * One per HTTP request: who is asking, which destinations that opens, and the loader of this request's lookups. Both
 * faces reach a store through here and no other way, so nothing is read that was not checked.
 */

import type { Authenticator } from './access/authenticator.js';
import type { Grant, Subject } from './access/grant.js';
import type { Principal } from './access/principal.js';
import type { ProfileToken, ProfileTokenIssuer } from './access/profile-tokens/issue.js';
import type { Budget, RateLimiter } from './access/rate-limiter.js';
import type { Cancellation } from './cancellation.js';
import type { Catalogue, CatalogueEntity } from './catalogue/catalogue.js';
import type { LimitConfig, LimitMode } from './config/config.js';
import type { Destination, DestinationInfo, DestinationRegistry } from './destinations/registry.js';
import { type Erasing, openErasing } from './erase-profiles.js';
import {
  badRequest,
  forbidden,
  GatewayError,
  internalError,
  rateLimited,
  tooManyLookups,
  unauthenticated,
} from './errors.js';
import { mintProfileToken, type RequestedProfileToken } from './mint-profile-token.js';
import { ProfileLoader } from './profiles/loader.js';
import { type ProfileId, type ProfileIdNames, parseProfileId } from './profiles/profile-id.js';
import type { ProfileReadResult } from './profiles/store.js';
import { type ModelSelection, StoredProfile } from './profiles/stored-profile.js';
import type { LookupTrail } from './telemetry/request-trail.js';
import type { TracedSpan } from './telemetry/tracing.js';

export type { ProfileToken } from './access/profile-tokens/issue.js';

/** A lookup as a caller sent it, not yet checked. */
export interface RequestedProfile {
  readonly entity: unknown;
  readonly type: unknown;
  readonly value: unknown;
}

/** A profile that was asked for, and what the caller may see of it. */
export interface FoundProfile {
  readonly destinationId: string;
  readonly id: ProfileId;
  /** Empty where nothing is stored, or nothing that the caller may see. */
  readonly stored: StoredProfile;
}

/** One destination, opened to the caller. */
export interface ProfileReader {
  /**
   * Reads a profile, in one batch with all others that the request asks for in the same tick.
   * @param names what the caller calls the arguments, for messages
   * @param models which models are needed; an empty list reads nothing
   * @throws BAD_REQUEST for a malformed id, FORBIDDEN for one that is not granted, TOO_MANY_LOOKUPS, RATE_LIMITED, and
   *   what the store reports.
   */
  read(requested: RequestedProfile, names: ProfileIdNames, models: ModelSelection): Promise<FoundProfile>;
  /**
   * Reads several.
   * @param namesOf what the caller calls the arguments of each, by its place
   * @returns for each, in their order, the profile or the error that {@link read} would throw
   */
  readAll(
    requested: readonly RequestedProfile[],
    namesOf: (place: number) => ProfileIdNames,
    models: ModelSelection,
  ): Promise<(FoundProfile | GatewayError)[]>;
}

/** Whose own profile a caller may read. */
export interface Viewer {
  readonly subject: Subject;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface RequestContext {
  /** Told to the caller in `X-Request-Id`, and to the log. */
  readonly requestId: string;
  /** The name of the caller's token; undefined where the caller is not known. */
  readonly tokenName: string | undefined;
  /** The destinations that the caller may read, those included that answer Invalid Destination. */
  readonly destinations: readonly DestinationInfo[];
  /** What of the catalogue the caller may ask for; undefined where the gateway has none. */
  readonly entities: readonly CatalogueEntity[] | undefined;
  /** The one whose profile the token is for; undefined for every other token. */
  readonly viewer: Viewer | undefined;
  /** Set once the request asked for more than one may: it is then refused as a whole. */
  readonly refusal: GatewayError | undefined;
  /** Headers that the response gets: what is left of the token's rate. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Opens a destination.
   * @throws INVALID_DESTINATION where there is none to read; UNAUTHENTICATED where the caller's token has no access.
   */
  open(destinationId: unknown): ProfileReader;
  /** Opens a destination to erase people there. @throws as {@link openErasing} does. */
  openErasing(destinationId: unknown): Erasing;
  /** Mints a token for one person's profile. @throws as {@link mintProfileToken} does. */
  mintProfileToken(requested: RequestedProfileToken): Promise<ProfileToken>;
  /** Notes that the request goes past a limit that is only measured. */
  noteOverLimit(limit: string, found: number, max: number): void;
  /** Begins the span of a GraphQL operation. @returns undefined where the request is not traced */
  beginOperation(): TracedSpan | undefined;
}

/** What every request context is made from. */
export interface RequestContextSources {
  readonly authenticator: Authenticator;
  readonly destinations: DestinationRegistry;
  /** Left out: nobody has said what there is. */
  readonly catalogue?: Catalogue | undefined;
  readonly lookupLimit: LimitConfig;
  readonly rateLimiter: RateLimiter;
  readonly rateMode: LimitMode;
  /** Left out: no profile tokens are minted. */
  readonly profileTokenIssuer?: ProfileTokenIssuer | undefined;
  /** Told of limits that are only measured. */
  readonly onOverLimit: (note: {
    readonly requestId: string;
    readonly token: string | undefined;
    readonly limit: string;
    readonly found: number;
    readonly max: number;
  }) => void;
}

/** One HTTP request, as far as a context needs to know it. */
export interface IncomingRequest {
  readonly requestId: string;
  readonly authorization: string | undefined;
  /** Whether the answer is still wanted. */
  readonly cancellation: Cancellation;
  /** Told how many lookups are about to be made; left out: nobody wants to know. */
  readonly load?: { countLookups(lookups: number): void } | undefined;
  /** Left out: nobody wants to know. */
  readonly trail?: LookupTrail | undefined;
}

/** @throws UNAUTHENTICATED when the `Authorization` header names nobody; IDENTITY_PROVIDER_UNAVAILABLE. */
export function createRequestContext(
  sources: RequestContextSources,
  request: IncomingRequest,
): RequestContext | Promise<RequestContext> {
  const principal = sources.authenticator.authenticate(request.authorization, request.trail?.span);
  return principal instanceof Promise
    ? principal.then((found) => new AuthenticatedContext(sources, request, found))
    : new AuthenticatedContext(sources, request, principal);
}

/** The context of one who is not known: whatever needs to know answers UNAUTHENTICATED. */
export function createAnonymousContext(
  sources: RequestContextSources,
  request: IncomingRequest,
): RequestContext {
  return {
    requestId: request.requestId,
    tokenName: undefined,
    get destinations(): never {
      throw unauthenticated();
    },
    get entities(): never {
      throw unauthenticated();
    },
    get viewer(): never {
      throw unauthenticated();
    },
    refusal: undefined,
    headers: {},
    open() {
      throw unauthenticated();
    },
    openErasing() {
      throw unauthenticated();
    },
    async mintProfileToken() {
      throw unauthenticated();
    },
    noteOverLimit: (limit, found, max) => noteOverLimit(sources, request, undefined, { limit, found, max }),
    beginOperation: () => request.trail?.beginOperation(),
  };
}

class AuthenticatedContext implements RequestContext {
  readonly #sources: RequestContextSources;
  readonly #request: IncomingRequest;
  readonly #principal: Principal;
  readonly #loader: ProfileLoader;
  #budget: Budget | undefined;
  /** Whether something may have been deleted: what was done is told then, whatever else is refused. */
  #hasErased = false;

  constructor(sources: RequestContextSources, request: IncomingRequest, principal: Principal) {
    this.#sources = sources;
    this.#request = request;
    this.#principal = principal;
    this.#loader = new ProfileLoader(
      (reads, asked) => this.#admit(reads, asked),
      request.cancellation,
      () => this.#request.trail?.span,
    );
  }

  get requestId(): string {
    return this.#request.requestId;
  }

  get tokenName(): string {
    return this.#principal.name;
  }

  get destinations(): readonly DestinationInfo[] {
    const { grant } = this.#principal;
    return this.#sources.destinations.listed.filter(({ id }) => grant.readsDestination(id));
  }

  get entities(): readonly CatalogueEntity[] | undefined {
    const { catalogue, destinations } = this.#sources;
    const { grant } = this.#principal;
    // Who reads nothing that it is about is told nothing of it.
    const isReader = destinations.readable.some(
      (destination) => destination.catalogue !== undefined && grant.readsDestination(destination.id),
    );
    return catalogue?.knownTo((entity, idType) => isReader && grant.opens(entity, idType));
  }

  get viewer(): Viewer | undefined {
    const { subject, expiresAt } = this.#principal;
    return subject && { subject, expiresAt };
  }

  get refusal(): GatewayError | undefined {
    return this.#hasErased ? undefined : this.#loader.refusal;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#budget === undefined ? {} : budgetHeaders(this.#budget);
  }

  open(destinationId: unknown): ProfileReader {
    const destination = this.#sources.destinations.find(destinationId);
    const { grant } = this.#principal;
    if (!grant.readsDestination(destination.id)) {
      throw unauthenticated();
    }
    return {
      read: async (requested, names, models) => {
        const [found = internalError()] = await this.#read(destination, [requested], () => names, models);
        if (found instanceof GatewayError) {
          throw found;
        }
        return found;
      },
      readAll: (requested, namesOf, models) => this.#read(destination, requested, namesOf, models),
    };
  }

  openErasing(destinationId: unknown): Erasing {
    return openErasing(this.#sources.destinations, destinationId, {
      principal: this.#principal,
      audit: this.#request.trail?.audit,
      admit: async (ids, dryRun) => {
        const refusal = await this.#loader.count(ids);
        this.#hasErased ||= refusal === undefined && !dryRun;
        return refusal;
      },
    });
  }

  mintProfileToken(requested: RequestedProfileToken): Promise<ProfileToken> {
    const { profileTokenIssuer, destinations } = this.#sources;
    return mintProfileToken(this.#principal, profileTokenIssuer, destinations, requested);
  }

  noteOverLimit(limit: string, found: number, max: number): void {
    noteOverLimit(this.#sources, this.#request, this.#principal.name, { limit, found, max });
  }

  beginOperation(): TracedSpan | undefined {
    return this.#request.trail?.beginOperation();
  }

  async #read(
    destination: Destination,
    requested: readonly RequestedProfile[],
    namesOf: (place: number) => ProfileIdNames,
    models: ModelSelection,
  ): Promise<(FoundProfile | GatewayError)[]> {
    const { grant } = this.#principal;
    const parsed = requested.map((each, place) => this.#parse(destination, each, namesOf(place)));
    const ids = parsed.filter((id): id is ProfileId => !(id instanceof GatewayError));
    const visible = visibleModels(models, grant);
    const results =
      visible.length === 0 || ids.length === 0
        ? ids.map(() => StoredProfile.empty)
        : await this.#loader.load(destination, ids, visible);
    let next = 0;
    return parsed.map((id) => {
      if (id instanceof GatewayError) {
        return id;
      }
      const result = results[next] ?? internalError();
      next += 1;
      return this.#see(destination, id, result);
    });
  }

  /** @returns the id, or why it may not be asked for */
  #parse(
    destination: Destination,
    requested: RequestedProfile,
    names: ProfileIdNames,
  ): ProfileId | GatewayError {
    try {
      const id = parseProfileId(requested, names);
      const { grant } = this.#principal;
      const part = grant.forbids(id);
      if (part === undefined) {
        const problem = destination.catalogue?.problemWith(id, names, grant.opens);
        return problem === undefined ? id : badRequest(problem);
      }
      const refusal = forbidden(names[part]);
      this.#request.trail?.lookup(destination.id, id, { code: refusal.code });
      return refusal;
    } catch (error) {
      if (error instanceof GatewayError) {
        return error;
      }
      throw error;
    }
  }

  /** What the caller is shown of a result. */
  #see(
    { id: destinationId }: Destination,
    id: ProfileId,
    result: ProfileReadResult,
  ): FoundProfile | GatewayError {
    const { trail } = this.#request;
    if (result instanceof GatewayError) {
      trail?.lookup(destinationId, id, { code: result.code });
      return result;
    }
    const stored = result.seenThrough(this.#principal.grant);
    trail?.lookup(destinationId, id, stored.exists ? 'found' : 'missing');
    return { destinationId, id, stored };
  }

  #admit(reads: number, asked: number): GatewayError | undefined | Promise<GatewayError | undefined> {
    const { lookupLimit, rateLimiter } = this.#sources;
    const { max, mode } = lookupLimit;
    if (asked > max) {
      if (mode === 'enforce') {
        return tooManyLookups(`A request may ask for at most ${max} profiles`);
      }
      this.noteOverLimit('lookups', asked, max);
    }
    this.#request.load?.countLookups(reads);
    const taken = rateLimiter.take(this.#principal, reads);
    return taken && this.#spend(taken);
  }

  async #spend(taken: Promise<Budget>): Promise<GatewayError | undefined> {
    const budget = await taken;
    this.#budget = budget;
    const { allowed, rate, resetSeconds } = budget;
    if (allowed) {
      return undefined;
    }
    if (this.#sources.rateMode === 'enforce') {
      return rateLimited(`${rate.lookups} lookups in ${rate.seconds} s`, resetSeconds);
    }
    this.noteOverLimit('rate', rate.lookups + 1, rate.lookups);
    return undefined;
  }
}

function noteOverLimit(
  { onOverLimit }: RequestContextSources,
  { requestId, trail }: IncomingRequest,
  token: string | undefined,
  note: { readonly limit: string; readonly found: number; readonly max: number },
): void {
  trail?.overLimit(note.limit);
  onOverLimit({ requestId, token, ...note });
}

/** What is hidden is not even read, where it is known by name. */
function visibleModels(models: ModelSelection, { sees, models: granted }: Grant): ModelSelection {
  if (models === 'all') {
    return granted ?? 'all';
  }
  return models.filter((model) => sees(model) !== 'hidden');
}

/** As draft-ietf-httpapi-ratelimit-headers has them. */
function budgetHeaders({ rate, remaining, resetSeconds }: Budget): Record<string, string> {
  return {
    'ratelimit-policy': `"lookups";q=${rate.lookups};w=${rate.seconds}`,
    ratelimit: `"lookups";r=${remaining};t=${resetSeconds}`,
  };
}
