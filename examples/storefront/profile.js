/** Asks the gateway for what the page needs to know of its visitor. */

import { forgetToken, profileToken } from './session.js';

/** What the page changes for, and no more: four models, read with one HMGET. */
export const QUERY = `query Storefront {
  viewer {
    profile {
      exists
      firstName: trait(
        name: "FIRST_NAME"
        model: "user_360"
      )
      tier: trait(
        name: "LOYALTY_TIER"
        model: "user_360"
      )
      segment: trait(
        name: "SEGMENT"
        model: "churn_scores"
      )
      recommended: trait(
        name: "RECOMMENDED"
        model: "product_recommendations"
      )
      cart: trait(
        name: "ABANDONED_CART"
        model: "WEB_PERSONALIZATION:FEATURES_BY_ANON"
      )
      viewed: trait(
        name: "LAST_VIEWED_PRODUCTS"
        model: "WEB_PERSONALIZATION:FEATURES_BY_ANON"
      )
    }
  }
}`;

const TIMEOUT_MS = 3_000;

/**
 * @typedef {{ SKU: string, NAME: string, PRICE: number }} Product
 * @typedef {{ ITEMS: (Product & { QUANTITY: number })[], TOTAL: number, CURRENCY: string }} Cart
 *
 * @typedef {object} Profile Every trait is null where it is not stored.
 * @property {boolean} exists
 * @property {string | null} firstName
 * @property {string | null} tier
 * @property {string | null} segment
 * @property {(Product & { SCORE: number })[] | null} recommended
 * @property {Cart | null} cart
 * @property {Product[] | null} viewed
 *
 * @typedef {{ status: number, text: string, ms: number }} Exchange what came back, and after how many milliseconds
 *
 * @typedef {{ kind: 'known', profile: Profile, exchange: Exchange }} Known
 * @typedef {{ kind: 'refused', code: string, message: string, exchange: Exchange }} Refused
 * @typedef {{ kind: 'away' }} Away nothing answers, or not in time
 */

/**
 * @param {string} anonymousId
 * @returns {Promise<Known | Refused | Away>}
 */
export async function askForProfile(anonymousId) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const first = await ask(anonymousId, signal);
    if (first.kind !== 'refused' || first.code !== 'UNAUTHENTICATED') {
      return first;
    }
    forgetToken(anonymousId);
    return await ask(anonymousId, signal);
  } catch {
    return { kind: 'away' };
  }
}

/**
 * @param {string} anonymousId
 * @param {AbortSignal} signal
 * @returns {Promise<Known | Refused>}
 */
async function ask(anonymousId, signal) {
  const token = await profileToken(anonymousId, signal);
  const start = performance.now();
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERY }),
    signal,
  });
  const text = await response.text();
  const exchange = { status: response.status, text, ms: performance.now() - start };
  const { data, errors } = JSON.parse(text);
  const profile = data?.viewer?.profile;
  if (profile) {
    return { kind: 'known', profile, exchange };
  }
  const { message = 'The answer holds no profile', extensions } = errors?.[0] ?? {};
  return { kind: 'refused', code: extensions?.code ?? 'INTERNAL', message, exchange };
}
