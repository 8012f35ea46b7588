/** `/graphql` over HTTP: POST of JSON, GET for queries, GraphiQL for browsers. */

import { badRequest, type GatewayError, notAcceptable } from '../errors.js';
import type { HttpRequest, HttpResponse, Route } from '../http/exchange.js';
import { jsonResponse } from '../http/exchange.js';
import { JsonText } from '../json/json-text.js';
import type { RequestContext } from '../request-context.js';
import type { Engine } from './engine.js';
import { type GraphiQLSettings, renderGraphiQLPage } from './graphiql.js';
import { responseMediaType } from './media-type.js';
import { refusal } from './outcome.js';

export interface GraphQLRouteOptions {
  readonly engine: Engine;
  /** Makes the context of a request, or throws UNAUTHENTICATED. */
  readonly createContext: (request: HttpRequest) => RequestContext;
  /** What GraphiQL opens with; left out, browsers get no GraphiQL. */
  readonly graphiql?: GraphiQLSettings;
}

export function graphqlRoute({ engine, createContext, graphiql }: GraphQLRouteOptions): Route {
  let page: Promise<string> | undefined;
  return {
    path: '/graphql',
    methods: ['GET', 'POST'],
    async handle(request) {
      if (graphiql !== undefined && asksForPage(request)) {
        page ??= renderGraphiQLPage(graphiql);
        return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: await page };
      }
      return execute(engine, request, createContext(request));
    },
    refuse: refuseGraphQL,
  };
}

async function execute(engine: Engine, request: HttpRequest, context: RequestContext): Promise<HttpResponse> {
  const accept = responseMediaType(request.headers.accept);
  if (accept === undefined) {
    throw notAcceptable();
  }
  const response =
    request.method === 'POST'
      ? await engine.execute({ method: 'POST', search: '', body: await request.jsonText(), accept }, context)
      : await engine.execute({ method: 'GET', search: checkedSearch(request.search), accept }, context);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

/** Yoga takes it for granted that the parameters of a GET are JSON where they should be. */
function checkedSearch(search: string): string {
  const parameters = new URLSearchParams(search);
  for (const name of ['variables', 'extensions']) {
    const text = parameters.get(name);
    if (text && JsonText.check(text) === undefined) {
      throw badRequest(`The parameter ${name} is not JSON`);
    }
  }
  return search;
}

function refuseGraphQL(error: GatewayError): HttpResponse {
  const { status, headers, errors } = refusal(error);
  return jsonResponse(status, { errors }, headers);
}

function asksForPage({ method, headers }: HttpRequest): boolean {
  return method !== 'POST' && (headers.accept ?? '').includes('text/html');
}
