/**
 * The visitor's profile token. `POST /demo/session` stands for a BFF: a server of yours that knows from its session who the
 * visitor is, holds the access token, and gives the page no more than a token for this one profile. (In the demo the visitor is
 * whoever the switcher says. Never take that from a page.)
 */

/** A token is renewed this long before it ends, so that none ends on its way. */
const RENEW_MS = 30_000;

/** @type {Map<string, { token: string, expiresAt: number }>} */
const tokens = new Map();

/**
 * @param {string} anonymousId
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} undefined where the server gives none
 */
export async function profileToken(anonymousId, signal) {
  const known = tokens.get(anonymousId);
  if (known !== undefined && known.expiresAt - Date.now() > RENEW_MS) {
    return known.token;
  }
  const response = await fetch('/demo/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ visitor: anonymousId }),
    signal,
  });
  if (!response.ok) {
    return undefined;
  }
  const { token, expiresAt } = await response.json();
  tokens.set(anonymousId, { token, expiresAt: Date.parse(expiresAt) });
  return token;
}

/**
 * For a token that is no longer taken: another gateway serves now, with another key.
 * @param {string} anonymousId
 */
export function forgetToken(anonymousId) {
  tokens.delete(anonymousId);
}
