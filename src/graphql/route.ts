/** `/graphql` over HTTP: POST of JSON, GET for queries, GraphiQL for browsers. */

import { type GatewayError, notAcceptable } from '../errors.js';
import type { HttpRequest, HttpResponse, Route } from '../http/exchange.js';
import { writeJson } from '../json/write-json.js';
import type { RequestContext } from '../request-context.js';
import type { Engine } from './engine.js';
import { type GraphiQLSettings, renderGraphiQLPage } from './graphiql.js';
import { responseMediaType } from './media-type.js';
import { type Outcome, refusal } from './outcome.js';
import { paramsOfBody, paramsOfSearch } from './request-params.js';

export interface GraphQLRouteOptions {
  readonly engine: Engine;
  /** Makes the context of a request, or throws UNAUTHENTICATED. */
  readonly createContext: (request: HttpRequest) => RequestContext | Promise<RequestContext>;
  /** What GraphiQL opens with; left out, browsers get no GraphiQL. */
  readonly graphiql?: GraphiQLSettings;
}

export function graphqlRoute({ engine, createContext, graphiql }: GraphQLRouteOptions): Route {
  let page: Promise<HttpResponse> | undefined;
  return {
    path: '/graphql',
    methods: ['GET', 'POST'],
    isApi: true,
    face: 'graphql',
    async handle(request) {
      if (graphiql !== undefined && asksForPage(request)) {
        page ??= renderGraphiQLPage(graphiql);
        return page;
      }
      const context = await createContext(request);
      const mediaType = responseMediaType(request.headers.accept);
      if (mediaType === undefined) {
        throw notAcceptable();
      }
      const outcome =
        request.method === 'POST'
          ? await engine.execute('POST', paramsOfBody(await request.jsonText()), context)
          : await engine.execute('GET', paramsOfSearch(request.search), context);
      return responseOf(outcome, mediaType);
    },
    // Clients that know GraphQL's own media type read the errors of a 4xx in no other.
    refuse: (error: GatewayError, request) =>
      responseOf(refusal(error), responseMediaType(request?.headers.accept) ?? 'application/json'),
  };
}

function responseOf(outcome: Outcome | readonly Outcome[], mediaType: string): HttpResponse {
  const { status, headers, failure } = isList(outcome) ? outcome.reduce(tellsMore) : outcome;
  return {
    status,
    headers: { ...headers, 'content-type': `${mediaType}; charset=utf-8` },
    body: writeJson(isList(outcome) ? outcome.map(bodyOf) : bodyOf(outcome)),
    failure,
    errorCodes: isList(outcome) ? outcome.flatMap(({ errorCodes = [] }) => errorCodes) : outcome.errorCodes,
  };
}

function bodyOf({ errors, data }: Outcome): object {
  return { errors, data };
}

/** Of several operations one that was answered tells most, though not all went well; of those that were not, the one that went worst. */
function tellsMore(one: Outcome, other: Outcome): Outcome {
  if (one.status === 200 || other.status === 200) {
    const answered = one.status === 200 ? one : other;
    const isWhole = one.failure === undefined && other.failure === undefined;
    return isWhole ? answered : { ...answered, failure: 'partial' };
  }
  return other.status > one.status ? other : one;
}

function isList(outcome: Outcome | readonly Outcome[]): outcome is readonly Outcome[] {
  return Array.isArray(outcome);
}

function asksForPage({ method, headers }: HttpRequest): boolean {
  return method !== 'POST' && (headers.accept ?? '').includes('text/html');
}
