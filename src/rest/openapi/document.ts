/** The OpenAPI document of everything that is not GraphQL. */

import { readFileSync } from 'node:fs';
import { errorResponse } from './error-responses.js';
import type { OpenApiDocument } from './model.js';
import { paths } from './paths.js';
import { type SchemaSettings, schemas } from './schemas.js';

export function openApiDocument(settings: SchemaSettings): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'activation-gateway',
      version: packageVersion(),
      summary: 'RudderStack profiles from your own Redis, as the Activation API serves them.',
      description:
        'The reads of the hosted Activation API, and what a gateway has besides. The GraphQL API at `/graphql` reads many profiles in one request. Errors are `{"error": message}` under the HTTP status of their code.',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: './', description: 'The gateway that this document came from' }],
    security: [{ bearer: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token, a profile token, or a token of an identity provider.',
        },
      },
      schemas: schemas(settings),
      headers: {
        'X-Request-Id': {
          description: 'Your own where you sent one, and what the log names the request by.',
          schema: { type: 'string' },
        },
        'Retry-After': {
          description: 'Seconds to wait before asking again.',
          schema: { type: 'integer', minimum: 1 },
        },
        'WWW-Authenticate': { description: '`Bearer`', schema: { type: 'string' } },
        Allow: { description: 'The methods that the path takes.', schema: { type: 'string' } },
        RateLimit: {
          description: 'What is left of the rate of the token, where it has one.',
          schema: { type: 'string' },
        },
        'RateLimit-Policy': {
          description: 'The rate of the token, where it has one.',
          schema: { type: 'string' },
        },
      },
      // No operation answers it: it is the answer of every other path.
      responses: { NotFound: errorResponse(['NOT_FOUND']) },
    },
  };
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
