/**
 * Sends every GraphQL request more than once: first it goes the ordinary way, through Yoga, then it is known and only
 * executed, and in the end compiled. All answers must be the same. The project `both-paths` runs the end-to-end tests so.
 */

import { env } from 'node:process';
import { expect } from 'vitest';
import type { Answer, TestGateway } from './gateway.js';

/** Whether this run compares. */
export const BOTH_PATHS = env.BOTH_PATHS === '1';

/** Sends a request as often as it takes until its operation is compiled, and compares. */
export interface Comparison {
  /** @returns the last answer, once it was seen to be the same as the first */
  readonly post: TestGateway['post'];
  /** Sends all but the last before what is counted begins: the next {@link post} of the same body is one request. */
  readonly prepare: (body: object, token: string | null) => Promise<void>;
}

export function comparing(post: TestGateway['post']): Comparison {
  /** What bodies were answered first that only their last request is left of. */
  const prepared = new Map<string, Answer>();
  const send = async (...request: Parameters<TestGateway['post']>) => {
    const [, body] = request;
    const first = await post(...request);
    for (let use = 1; use < usesUntilCompiled(body); use += 1) {
      expectTheSame(await post(...request), first);
    }
    return first;
  };
  return {
    async post(path, body, token, headers) {
      if (path !== '/graphql') {
        return post(path, body, token, headers);
      }
      const key = JSON.stringify(body);
      const first = prepared.get(key) ?? (await send(path, body, token, headers));
      prepared.delete(key);
      const last = await post(path, body, token, headers);
      expectTheSame(last, first);
      return last;
    },
    async prepare(body, token) {
      prepared.set(JSON.stringify(body), await send('/graphql', body, token));
    },
  };
}

function expectTheSame(answer: Answer, first: Answer): void {
  expect(told(answer), 'known, beside the ordinary way').toEqual(told(first));
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
