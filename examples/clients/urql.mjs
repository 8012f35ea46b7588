/** urql, without a framework: `@urql/core`. */

import { Client, fetchExchange } from '@urql/core';
import { destinationId, email, fail, query, token, url } from './settings.mjs';

const client = new Client({
  url: `${url}/graphql`,
  // Texts are sent by POST alone: an id in a URL would end up in the logs of every proxy.
  preferGetMethod: false,
  // Profiles change, and are nobody's to keep: no cache exchange.
  exchanges: [fetchExchange],
  fetchOptions: { headers: { authorization: `Bearer ${token}` } },
});
const { data, error } = await client.query(query, { destinationId, email });
if (error) {
  fail(error.graphQLErrors[0]?.extensions.code ?? error);
}
console.log(JSON.stringify(data.profile));
