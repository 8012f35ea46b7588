import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import {
  fixtures,
  loadFixtureRedis,
  type ProfileFixture,
  withoutInsignificantWhitespace,
} from '../support/profile-fixtures.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const TOKENS = {
  valid: tokens.reader,
  unknown: tokens.unknown,
  'other-destination': tokens.otherDestination,
};
const QUERY = `query ($entity: String!, $destinationId: ID!, $type: String!, $value: String!) {
  profile(entity: $entity, destinationId: $destinationId, idType: $type, idValue: $value) {
    entity
    id { type value }
    traits
  }
}`;

/** Codes of GraphQL's own validation, which answers first where the shape of a request is not the schema's. */
const REFUSED_BY_GRAPHQL = new Set(['absent destination', 'id missing', 'id value that is a number']);

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ redisPort: redis.port });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

describe('the interop cases', () => {
  it('are the 28 of one workspace and destination', () => {
    expect(fixtures.cases).toHaveLength(28);
    expect(fixtures.workspaceId).toBe(WORKSPACE_ID);
    expect(fixtures.destinationId).toBe(DESTINATION_ID);
  });

  describe.each(['/v1/activation', '/v2/activation'])('through POST %s', (path) => {
    it.each(fixtures.cases)('$name', async (fixture) => {
      await prepare(fixture);
      const answer = await gateway.post(path, fixture.request, tokenOf(fixture));
      expect(answer.status).toBe(fixture.expect.status);
      if (fixture.expect.body !== undefined) {
        expect(withoutInsignificantWhitespace(answer.text)).toBe(
          withoutInsignificantWhitespace(fixture.expect.body),
        );
      } else {
        expect(answer.json).toEqual({ error: fixture.expect.error ?? expect.any(String) });
      }
    });
  });

  describe('through GraphQL', () => {
    it.each(fixtures.cases)('$name', async (fixture) => {
      await prepare(fixture);
      const answer = await gateway.graphql(QUERY, variablesOf(fixture.request), tokenOf(fixture));
      if (fixture.expect.body !== undefined) {
        expect(answer.status).toBe(200);
        const profile = withoutInsignificantWhitespace(fixture.expect.body).replace('"data":', '"traits":');
        expect(withoutInsignificantWhitespace(answer.text)).toBe(`{"data":{"profile":${profile}}}`);
      } else if (REFUSED_BY_GRAPHQL.has(fixture.name)) {
        expect(answer.status).toBe(400);
        const { errors } = answer.json as { errors: { extensions: { code: string } }[] };
        expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_REQUEST']));
      } else {
        expect(answer.status).toBe(fixture.expect.status);
        expect(answer.json).toMatchObject({ errors: [{ extensions: { code: fixture.expect.code } }] });
        if (fixture.expect.error) {
          expect(answer.json).toMatchObject({ errors: [{ message: fixture.expect.error }] });
        }
      }
    });
  });
});

async function prepare(fixture: ProfileFixture): Promise<void> {
  await redis.client.flushall();
  await loadFixtureRedis(redis.client, fixture);
}

function tokenOf({ token }: ProfileFixture): string | null {
  return token === null ? null : TOKENS[token];
}

function variablesOf(request: ProfileFixture['request']): Record<string, unknown> {
  const { entity, destinationId, id } = request;
  return { entity, destinationId, type: id?.type, value: id?.value };
}
