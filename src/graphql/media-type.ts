const GRAPHQL_RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

/**
 * The media type to answer in: GraphQL's own where the caller names it, plain JSON where it takes that or anything.
 * @param accept the request's `Accept` header
 * @returns undefined where the caller takes neither
 */
export function responseMediaType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') {
    return JSON_TYPE;
  }
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase());
  if (ranges.includes(GRAPHQL_RESPONSE)) {
    return GRAPHQL_RESPONSE;
  }
  return ranges.some((range) => range === JSON_TYPE || range === 'application/*' || range === '*/*')
    ? JSON_TYPE
    : undefined;
}
