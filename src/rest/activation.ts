/** The REST calls of RudderStack's hosted Activation API: v1, and v2, which is the same for reads and erases too. */

import { badRequest } from '../errors.js';
import {
  errorResponse,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type Route,
} from '../http/exchange.js';
import type { ProfileIdNames } from '../profiles/profile-id.js';
import type { RequestContext } from '../request-context.js';
import { handleErasure } from './erasure.js';
import { isObject, type JsonObject, parseObject } from './json-object.js';

const ARGUMENT_NAMES: ProfileIdNames = { entity: 'entity', type: 'id.type', value: 'id.value' };

/** @param createContext makes the context of a request, or throws UNAUTHENTICATED */
export function activationRoutes(
  createContext: (request: HttpRequest) => RequestContext | Promise<RequestContext>,
): Route[] {
  const read: Route['handle'] = async (request) => {
    const context = await createContext(request);
    return activate(context, parseObject(await request.jsonText()));
  };
  return [
    {
      path: '/v1/activation',
      methods: ['POST'],
      isApi: true,
      face: 'rest',
      handle: read,
      refuse: errorResponse,
    },
    {
      path: '/v2/activation',
      methods: ['POST', 'DELETE'],
      isApi: true,
      face: 'rest',
      handle: async (request) =>
        request.method === 'DELETE' ? handleErasure(request, await createContext(request)) : read(request),
      refuse: errorResponse,
    },
  ];
}

async function activate(context: RequestContext, body: JsonObject): Promise<HttpResponse> {
  const reader = context.open(body.destinationId);
  if (!isObject(body.id)) {
    throw badRequest('id must be an object with type and value');
  }
  const { entity } = body;
  const { type, value } = body.id;
  const { stored } = await reader.read({ entity, type, value }, ARGUMENT_NAMES, 'all');
  return jsonResponse(200, { entity, id: { type, value }, data: stored.traits() });
}
