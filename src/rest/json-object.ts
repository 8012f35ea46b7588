import { badRequest } from '../errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The body of a REST request.
 * @throws BAD_REQUEST where it is not a JSON object.
 */
export function parseObject(text: string): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The request body is not JSON');
  }
  if (!isObject(body)) {
    throw badRequest('The request body must be a JSON object');
  }
  return body;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
