/** The one place that holds the access token: typed operations in, typed data out. */

import type { TypedDocumentString } from './generated/graphql.js';

export interface GatewaySettings {
  /** Where the gateway is, without `/graphql`. */
  readonly url: string;
  /** Reads what the configuration grants it. It never leaves this server. */
  readonly token: string;
}

/** The gateway did not answer, or not with data. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** A code of the gateway, or `UNREACHABLE`. */
  readonly code: string;

  constructor(code: string) {
    super(`The gateway answered ${code}`);
    this.code = code;
  }
}

/** A visitor must not wait for a personal page longer than for a neutral one. */
const TIMEOUT_MS = 500;

/**
 * Asks the gateway for one operation.
 * @param document one of generated/, which knows its variables and its result
 * @throws GatewayError
 */
export async function ask<Result, Variables>(
  { url, token }: GatewaySettings,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { data, errors } = await post<Result>(`${url}/graphql`, token, { query: document, variables });
  const [error] = errors ?? [];
  if (error !== undefined || data === undefined || data === null) {
    throw new GatewayError(error?.extensions?.code ?? 'UNREACHABLE');
  }
  return data;
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

async function post<Result>(url: string, token: string, body: object): Promise<Answer<Result>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer: Answer<Result> = JSON.parse(await response.text());
    return answer;
  } catch {
    throw new GatewayError('UNREACHABLE');
  }
}
