import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let one: RedisServer;
let other: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  [one, other] = await Promise.all([startRedis(), startRedis()]);
  gateway = await startTestGateway({ redisPort: one.port, otherRedisPort: other.port, timeoutMs: 2_000 });
  for (let i = 0; i < 100; i += 1) {
    const [server, destination] = i < 50 ? [one, DESTINATION_ID] : [other, OTHER_DESTINATION_ID];
    await server.client.hset(`${WORKSPACE_ID}:${destination}:user:user_id:u-${i}`, {
      user_360: `{"N":${i}}`,
      churn_scores: '{"CHURN_30D":0.5}',
    });
  }
  await gateway.get('/readyz');
});
beforeEach(resetStats);
afterAll(async () => {
  await gateway.close();
  await Promise.all([one.close(), other.close()]);
});

async function resetStats(): Promise<void> {
  await Promise.all([one.resetStats(), other.resetStats()]);
}

/** What is counted begins with the next request. */
async function prepare(...request: Parameters<TestGateway['prepare']>): Promise<void> {
  await gateway.prepare(...request);
  await resetStats();
}

describe('300 lookups in one request, 100 distinct, over 2 destinations', () => {
  it('reach Redis as exactly 100 reads in 2 pipelines', async () => {
    // 200 aliases and two lists of 50: every id three times, and the fields of one id ask for different models.
    const aliases = Array.from({ length: 200 }, (_, i) => {
      const destination = i % 100 < 50 ? DESTINATION_ID : OTHER_DESTINATION_ID;
      const fields = i < 100 ? 'traits' : 'traits(models: ["user_360"])';
      return `a${i}: profile(entity: "user", destinationId: "${destination}", idType: "user_id", idValue: "u-${i % 100}") { ${fields} }`;
    });
    const list = (from: number) =>
      Array.from({ length: 50 }, (_, i) => `{ type: "user_id", value: "u-${from + i}" }`).join(' ');
    const query = `{
      ${aliases.join('\n')}
      l0: profiles(entity: "user", destinationId: "${DESTINATION_ID}", ids: [${list(0)}]) { exists }
      l1: profiles(entity: "user", destinationId: "${OTHER_DESTINATION_ID}", ids: [${list(50)}]) { exists }
    }`;

    await prepare(query, undefined, tokens.admin);
    const readsBefore = [await one.socketReads(), await other.socketReads()] as const;
    const answer = await gateway.graphql(query, undefined, tokens.admin);
    const reads = [(await one.socketReads()) - readsBefore[0], (await other.socketReads()) - readsBefore[1]];

    expect(answer.status).toBe(200);
    const { data } = answer.json as { data: Record<string, { traits: object }> };
    expect(data.a7?.traits).toEqual({ churn_scores: { CHURN_30D: 0.5 }, user_360: { N: 7 } });
    expect(data.a177?.traits).toEqual({ user_360: { N: 77 } });
    for (const server of [one, other]) {
      const { hgetall = 0, hmget = 0 } = await server.commandStats();
      expect({ hgetall, hmget }).toEqual({ hgetall: 50, hmget: 0 });
    }
    // One read of the socket is the INFO that asks for the number; the other is the pipeline, whole.
    expect(reads).toEqual([2, 2]);
  });
});

describe('models asked alone', () => {
  it('become one HMGET', async () => {
    const query = `query ($d: ID!) { profile(entity: "user", destinationId: $d, idType: "user_id", idValue: "u-1") {
        id { value } traits(models: ["user_360", "absent"]) n: trait(name: "N", model: "user_360")
      } }`;
    const variables = { d: DESTINATION_ID };
    await prepare(query, variables);
    const answer = await gateway.graphql(query, variables);
    expect(answer.json).toEqual({
      data: { profile: { id: { value: 'u-1' }, traits: { user_360: { N: 1 } }, n: 1 } },
    });
    const { hmget, hgetall } = await one.commandStats();
    expect({ hmget, hgetall }).toEqual({ hmget: 1, hgetall: undefined });
  });

  it('through fragments and variables too, and with directives on the way', async () => {
    const query = `query ($d: ID!, $models: [String!], $no: Boolean!) {
        profile(entity: "user", destinationId: $d, idType: "user_id", idValue: "u-1") { ...P ... on Profile { t: traits(models: $models) } }
      }
      fragment P on Profile { __typename traits(models: ["user_360"]) @skip(if: $no) }`;
    const variables = { d: DESTINATION_ID, models: ['churn_scores'], no: true };
    await prepare(query, variables);
    const answer = await gateway.graphql(query, variables);
    expect(answer.json).toEqual({
      data: { profile: { __typename: 'Profile', t: { churn_scores: { CHURN_30D: 0.5 } } } },
    });
    expect((await one.commandStats()).hmget).toBe(1);
  });

  it('need the whole hash where exists or models are asked too', async () => {
    const query = `query ($d: ID!) { profile(entity: "user", destinationId: $d, idType: "user_id", idValue: "u-1") { exists traits(models: ["absent"]) } }`;
    const variables = { d: DESTINATION_ID };
    await prepare(query, variables);
    const answer = await gateway.graphql(query, variables);
    expect(answer.json).toEqual({ data: { profile: { exists: true, traits: {} } } });
    expect((await one.commandStats()).hgetall).toBe(1);
  });
});

describe('more commands than one pipeline takes', () => {
  it('go out in chunks and come back whole', async () => {
    const aliases = Array.from(
      { length: 1000 },
      (_, i) =>
        `a${i}: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "u-${i}") { exists }`,
    );
    const query = `{ ${aliases.join('\n')} }`;
    await prepare(query);
    const answer = await gateway.graphql(query);
    const { data } = answer.json as { data: Record<string, { exists: boolean }> };
    expect(Object.values(data).filter(({ exists }) => exists)).toHaveLength(50);
    expect(Object.values(data)).toHaveLength(1000);
    expect((await one.commandStats()).hgetall).toBe(1000);
  });
});

describe('limits on lookups', () => {
  it('refuse a request with over 1,000 as a whole, with one error and nothing read', async () => {
    const aliases = Array.from(
      { length: 1001 },
      (_, i) =>
        `a${i}: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "u-1") { exists }`,
    );
    const answer = await gateway.graphql(`{ ${aliases.join('\n')} }`);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      errors: [
        { message: 'A request may ask for at most 1000 profiles', extensions: { code: 'TOO_MANY_LOOKUPS' } },
      ],
    });
    expect((await one.commandStats()).hgetall).toBeUndefined();
  });

  it('refuse over 100 ids in one profiles field', async () => {
    const ids = Array.from({ length: 101 }, (_, i) => ({ type: 'user_id', value: `u-${i}` }));
    const query = `query ($d: ID!, $ids: [ProfileIdInput!]!) { profiles(entity: "user", destinationId: $d, ids: $ids) { exists } }`;
    const refused = await gateway.graphql(query, { d: DESTINATION_ID, ids });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({
      errors: [{ message: 'profiles takes at most 100 ids', extensions: { code: 'TOO_MANY_LOOKUPS' } }],
    });
    const taken = await gateway.graphql(query, { d: DESTINATION_ID, ids: ids.slice(0, 100) });
    expect(taken.status).toBe(200);
  });
});
