/**
 * Sends every GraphQL request more than once: first it goes the ordinary way, through Yoga, then it is known and only
 * executed, and in the end compiled. All answers must be the same. The project `both-paths` runs the end-to-end tests so.
 */

import { env } from 'node:process';
import { expect } from 'vitest';
import type { Answer, TestGateway } from './gateway.js';

/** Whether this run compares. */
export const BOTH_PATHS = env.BOTH_PATHS === '1';

/** @returns the second answer, once it was seen to be the same as the first */
export function comparing(post: TestGateway['post']): TestGateway['post'] {
  return async (path, body, token, headers) => {
    const first = await post(path, body, token, headers);
    if (path !== '/graphql') {
      return first;
    }
    let last = first;
    for (let use = 0; use < usesUntilCompiled(body); use += 1) {
      last = await post(path, body, token, headers);
      expect(told(last), 'known, beside the ordinary way').toEqual(told(first));
    }
    return last;
  };
}

/** What both must tell alike: all but a minted token, and the time that it is minted at. */
function told({ status, headers, text }: Answer): object {
  return {
    status,
    contentType: headers.get('content-type'),
    text: text
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
      .replaceAll(/"expiresAt":"[^"]+"/g, '"expiresAt":"<time>"'),
  };
}

/** One more for each 500 characters; what is longer than 5,000 never is. */
function usesUntilCompiled(body: unknown): number {
  const length = typeof body === 'object' && body !== null && 'query' in body ? String(body.query).length : 0;
  return length > 5_000 ? 1 : 1 + Math.floor(length / 500);
}
