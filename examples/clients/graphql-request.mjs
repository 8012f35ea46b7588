/** graphql-request: one function. */

import { ClientError, GraphQLClient } from 'graphql-request';
import { destinationId, email, fail, query, token, url } from './settings.mjs';

const client = new GraphQLClient(`${url}/graphql`, { headers: { authorization: `Bearer ${token}` } });
try {
  const { profile } = await client.request(query, { destinationId, email });
  console.log(JSON.stringify(profile));
} catch (error) {
  fail(error instanceof ClientError ? error.response.errors?.[0]?.extensions?.code : error);
}
