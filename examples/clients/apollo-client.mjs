/** Apollo Client, without a framework: `@apollo/client` (which needs `rxjs` beside it). */

import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { destinationId, email, fail, query, token, url } from './settings.mjs';

const client = new ApolloClient({
  link: new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${token}` } }),
  cache: new InMemoryCache(),
  // Profiles change: every query asks. `profile` has no `id` that is text, so it is not normalized either.
  defaultOptions: { query: { fetchPolicy: 'no-cache' } },
});
try {
  const { data } = await client.query({ query: gql(query), variables: { destinationId, email } });
  const { __typename, ...profile } = data.profile;
  console.log(JSON.stringify(profile));
} catch (error) {
  fail(CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : error);
}
