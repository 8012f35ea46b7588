export interface ExampleRequest {
  /** `http://localhost:4000` for example. */
  readonly url: string;
  readonly accessToken: string;
  readonly query: string;
}

/** A GraphQL request as one line for a shell, that works as pasted. */
export function curlLine({ url, accessToken, query }: ExampleRequest): string {
  const body = JSON.stringify({ query }).replaceAll("'", String.raw`'\''`);
  return `curl -s ${url}/graphql -H 'authorization: Bearer ${accessToken}' -H 'content-type: application/json' -d '${body}'`;
}
