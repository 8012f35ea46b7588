import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { startTestGateway, type TestGateway, tokens } from '../support/gateway.js';

/**
 * Where the contract wants another status than the specification recommends (its SHOULD, never its MUST): 400 for a
 * request that GraphQL refuses, also in application/json.
 */
const STATUS_OF_OUR_OWN = new Set(['572B', 'FDE2', '7B9B']);

let gateway: TestGateway;

const audits = serverAudits({
  url: () => `${gateway.url}/graphql`,
  fetchFn: (input: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${tokens.admin}`);
    return fetch(input, { ...init, headers });
  },
});

beforeAll(async () => {
  gateway = await startTestGateway({ redisPort: await freePort() });
});
afterAll(() => gateway.close());

describe('the GraphQL-over-HTTP audits', () => {
  it('are some sixty', () => {
    expect(audits.length).toBeGreaterThan(55);
  });

  it.each(audits)('$id $name', async ({ id, fn }) => {
    const { status, ...result } = await fn();
    if (STATUS_OF_OUR_OWN.has(id)) {
      expect(status).toBe('warn');
    } else {
      expect(status, 'reason' in result ? result.reason : '').toBe('ok');
    }
  });
});

describe('a request that is refused before it is read', () => {
  it.each([
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/json', 'application/json'],
    ['text/csv', 'application/json'],
  ])('is told in what the caller takes: %s', async (accept, mediaType) => {
    for (const answer of [
      await gateway.graphql('{ __typename }', {}, null, { accept }),
      await gateway.graphql('{ __typename }', {}, tokens.admin, { accept, 'content-type': 'text/plain' }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('content-type')).toBe(`${mediaType}; charset=utf-8`);
      expect(answer.json).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
    }
  });
});
