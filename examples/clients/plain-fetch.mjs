/** Plain fetch: nothing to install. */

import { destinationId, email, fail, query, token, url } from './settings.mjs';

const response = await fetch(`${url}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({ query, variables: { destinationId, email } }),
  signal: AbortSignal.timeout(5_000),
});
const { data, errors } = await response.json();
if (errors) {
  fail(errors[0].extensions.code);
}
console.log(JSON.stringify(data.profile));
