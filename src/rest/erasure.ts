/** `DELETE /v2/activation`: people are erased, in the shape of the hosted Activation API. */

import { badRequest } from '../errors.js';
import { type HttpRequest, type HttpResponse, jsonResponse } from '../http/exchange.js';
import type { ProfileIdNames } from '../profiles/profile-id.js';
import type { RequestContext } from '../request-context.js';
import { isObject, type JsonObject, parseObject } from './json-object.js';

const KEYS = ['entity', 'destinationId', 'id', 'dryRun', 'followLinks'];
/** As the hosted API tells it, letter by letter, and unlike all other errors under `message`. */
const NO_IDS = { message: 'id should have at least one item' };

/** @throws as the request context does, in the order of the contract; BAD_REQUEST for a body of another shape. */
export async function handleErasure(request: HttpRequest, context: RequestContext): Promise<HttpResponse> {
  const body = parseObject(await request.jsonText());
  const erasing = context.openErasing(body.destinationId);
  refuseSlips(request, body);
  const { entity, id, dryRun, followLinks } = body;
  if (Array.isArray(id) && id.length === 0) {
    return jsonResponse(400, NO_IDS);
  }
  const { deletedKeys, actualKeys, ...erasure } = await erasing.erase(
    { entity, ids: idsOf(id), dryRun, followLinks },
    Array.isArray(id) ? listedNames : () => SINGLE_NAMES,
  );
  return jsonResponse(200, { deletedKeys, actualKeys, ...(erasure.dryRun ? { dryRun: true } : {}) });
}

/** A read may ignore what it does not know; a dry run that is misspelt must not delete. */
function refuseSlips({ search }: HttpRequest, body: JsonObject): void {
  if (search !== '') {
    throw badRequest('DELETE takes its arguments in the body alone, none in the query string');
  }
  if (Object.keys(body).some((key) => !KEYS.includes(key))) {
    throw badRequest(
      `The body may have ${KEYS.slice(0, -1).join(', ')} and ${KEYS.at(-1)}, and nothing else`,
    );
  }
}

function idsOf(id: unknown): JsonObject[] {
  const list: readonly unknown[] = Array.isArray(id) ? id : [id];
  return list.map((each) => {
    if (!isObject(each)) {
      throw badRequest('id must be an object with type and value, or a list of them');
    }
    return each;
  });
}

const SINGLE_NAMES: ProfileIdNames = { entity: 'entity', type: 'id.type', value: 'id.value' };

function listedNames(place: number): ProfileIdNames {
  return { entity: 'entity', type: `id[${place}].type`, value: `id[${place}].value` };
}
