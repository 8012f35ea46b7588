import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { type JsonModuleServer, startJsonModuleServer } from '../support/json-module-server.js';

let redis: JsonModuleServer;
let gateway: TestGateway;

beforeAll(async () => {
  const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;
  redis = await startJsonModuleServer(
    new Map([
      [
        key('ada'),
        '{"user/all.view":{"BIG":12345678901234567890,"__proto__":1.0},"churn:scores":{"C":0.50}}',
      ],
      [key('empty'), '{}'],
      [key('list'), '[1,2]'],
      [key('string'), null],
    ]),
  );
  gateway = await startTestGateway({ redisPort: redis.port, redis: { useJSONModule: true } });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

function activate(value: string) {
  return gateway.post('/v1/activation', {
    entity: 'user',
    destinationId: DESTINATION_ID,
    id: { type: 'user_id', value },
  });
}

describe('profiles as documents of the JSON module', () => {
  it('are given back model by model, digit for digit, whatever the models are called', async () => {
    expect((await activate('ada')).text).toBe(
      '{"entity":"user","id":{"type":"user_id","value":"ada"},"data":{"churn:scores":{"C":0.50},"user/all.view":{"BIG":12345678901234567890,"__proto__":1.0}}}',
    );
  });

  it('are read once, and cut to the models asked for', async () => {
    const before = redis.reads;
    const { text } = await gateway.graphql(
      `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "ada") { traits(models: ["churn:scores", "absent"]) big: trait(name: "BIG", model: "user/all.view") } }`,
    );
    expect(text).toBe(
      '{"data":{"profile":{"traits":{"churn:scores":{"C":0.50}},"big":12345678901234567890}}}',
    );
    expect(redis.reads - before).toBe(1);
  });

  it('answer {} where nothing is stored', async () => {
    for (const value of ['nobody', 'empty']) {
      const { status, json } = await activate(value);
      expect(status).toBe(200);
      expect(json).toMatchObject({ data: {} });
    }
  });

  it('are an error where the key holds something else', async () => {
    for (const value of ['list', 'string']) {
      expect((await activate(value)).status).toBe(502);
    }
  });
});
