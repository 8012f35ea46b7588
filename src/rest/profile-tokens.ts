/** `POST /v1/profile-tokens`: a BFF asks for a token that its page reads one person's profile with. */

import { errorResponse, type HttpRequest, jsonResponse, type Route } from '../http/exchange.js';
import type { RequestContext } from '../request-context.js';
import { parseObject } from './json-object.js';

/** @param createContext makes the context of a request, or throws UNAUTHENTICATED */
export function profileTokensRoute(
  createContext: (request: HttpRequest) => RequestContext | Promise<RequestContext>,
): Route {
  return {
    path: '/v1/profile-tokens',
    methods: ['POST'],
    isApi: true,
    face: 'rest',
    async handle(request) {
      const context = await createContext(request);
      const body = parseObject(await request.jsonText());
      const { destinationId, entity, ids, models, traits, expiresInSeconds } = body;
      const { token, expiresAt } = await context.mintProfileToken({
        destinationId,
        entity,
        ids,
        models,
        traits,
        lifeSeconds: expiresInSeconds,
      });
      return jsonResponse(201, { token, expiresAt });
    },
    refuse: errorResponse,
  };
}
