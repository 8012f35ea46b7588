/** What a GraphQL request consists of, as it comes over HTTP; the engine checks it. */

import { badRequest } from '../errors.js';
import { JsonText } from '../json/json-text.js';

/** One operation as it was sent. Which keys there are and of what types, nobody has looked at yet. */
export type RequestParams = Readonly<Record<string, unknown>>;

/**
 * The body of a POST: one operation or a JSON array of them.
 * @throws BAD_REQUEST where it is not JSON, or neither an object nor an array of objects.
 */
export function paramsOfBody(text: string): RequestParams | readonly RequestParams[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The request body is not JSON');
  }
  const list: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (list.length === 0 || !list.every(isObject)) {
    throw badRequest('The request body must be a JSON object with query, or an array of such objects');
  }
  return Array.isArray(body) ? list : (list[0] ?? {});
}

/**
 * The parameters of a GET.
 * @throws BAD_REQUEST where `variables` or `extensions` is not JSON.
 */
export function paramsOfSearch(search: string): RequestParams {
  const params = new Map<string, unknown>(new URLSearchParams(search));
  for (const name of ['variables', 'extensions']) {
    const text = params.get(name);
    if (typeof text === 'string') {
      params.set(name, text === '' ? undefined : parse(text, name));
    }
  }
  return Object.fromEntries(params);
}

function parse(text: string, name: string): unknown {
  if (JsonText.check(text) === undefined) {
    throw badRequest(`The parameter ${name} is not JSON`);
  }
  return JSON.parse(text);
}

function isObject(value: unknown): value is RequestParams {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
