/** What is known of the requests that are being answered, for what they leave behind and the headers of their responses. */

import type { HttpRequest } from './http/exchange.js';
import type { Answered } from './http/site.js';
import {
  createAnonymousContext,
  createRequestContext,
  type RequestContext,
  type RequestContextSources,
} from './request-context.js';
import type { Face } from './telemetry/metrics/face-metrics.js';
import { RequestTrail, type TrailOptions } from './telemetry/request-trail.js';

export class KnownRequests {
  readonly #sources: RequestContextSources;
  readonly #trails: TrailOptions;

  constructor(sources: RequestContextSources, trails: TrailOptions) {
    this.#sources = sources;
    this.#trails = trails;
  }

  createContext(request: HttpRequest, face: Face): RequestContext | Promise<RequestContext> {
    const { requestId, headers, cancellation } = request;
    const about = this.#knownOf(request, face);
    const context = createRequestContext(this.#sources, {
      requestId,
      authorization: headers.authorization,
      cancellation,
      load: request,
      trail: about.trail,
    });
    return context instanceof Promise
      ? context.then((found) => remember(about, found))
      : remember(about, context);
  }

  /** Where the schema is public, those who show no token may ask for it, and for nothing else. */
  createPublicContext(request: HttpRequest): RequestContext | Promise<RequestContext> {
    const { requestId, headers, cancellation } = request;
    if (headers.authorization !== undefined) {
      return this.createContext(request, 'graphql');
    }
    const about = this.#knownOf(request, 'graphql');
    return remember(
      about,
      createAnonymousContext(this.#sources, {
        requestId,
        authorization: undefined,
        cancellation,
        trail: about.trail,
      }),
    );
  }

  /** @returns headers that the response gets besides */
  onResponse({ request, route, response, startedAt }: Answered): Readonly<Record<string, string>> {
    const { context, trail } = this.#knownOf(request, route?.face ?? 'other');
    trail.answered({
      requestId: request.requestId,
      token: context?.tokenName,
      method: request.method,
      // Whatever else stands in a path was not asked of us, and may be anybody's id.
      path: route?.path ?? '?',
      status: response.status,
      failure: response.failure,
      errorCodes: response.errorCodes,
      ms: performance.now() - startedAt,
      // Pages and probes read nobody's data.
      isAudited: route?.isApi !== false,
    });
    return trail.headersWith(context?.headers ?? {});
  }

  #knownOf(request: HttpRequest, face: Face): KnownRequest {
    if (request.note instanceof KnownRequest) {
      return request.note;
    }
    const known = new KnownRequest(new RequestTrail(this.#trails, face, request));
    request.note = known;
    return known;
  }
}

class KnownRequest {
  readonly trail: RequestTrail;
  /** Undefined until the caller is known. */
  context: RequestContext | undefined;

  constructor(trail: RequestTrail) {
    this.trail = trail;
  }
}

function remember(request: KnownRequest, context: RequestContext): RequestContext {
  request.context = context;
  return context;
}
