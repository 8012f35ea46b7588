/** The REST calls of RudderStack's hosted Activation API: v1, and v2, which is the same for reads. */

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

const ARGUMENT_NAMES: ProfileIdNames = { entity: 'entity', type: 'id.type', value: 'id.value' };

/** @param createContext makes the context of a request, or throws UNAUTHENTICATED */
export function activationRoutes(createContext: (request: HttpRequest) => RequestContext): Route[] {
  return ['/v1/activation', '/v2/activation'].map((path) => ({
    path,
    methods: ['POST'],
    handle: async (request) => activate(createContext(request), await request.jsonText()),
    refuse: errorResponse,
  }));
}

async function activate(context: RequestContext, text: string): Promise<HttpResponse> {
  const body = parseObject(text);
  const reader = context.open(body.destinationId);
  if (!isObject(body.id)) {
    throw badRequest('id must be an object with type and value');
  }
  const { entity } = body;
  const { type, value } = body.id;
  const stored = await reader.read({ entity, type, value }, ARGUMENT_NAMES, 'all');
  return jsonResponse(200, { entity, id: { type, value }, data: stored.traits() });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The request body is not JSON');
  }
  if (!isObject(body)) {
    throw badRequest('The request body must be a JSON object with entity, destinationId and id');
  }
  return body;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
