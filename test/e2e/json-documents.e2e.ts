import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, WORKSPACE_ID } from '../support/gateway.js';
import { startJsonModuleServer } from '../support/json-module-server.js';
import { startRedis } from '../support/redis-server.js';

const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:${value}`;
const DOCUMENTS = new Map([
  [key('ada'), '{"user/all.view":{"BIG":12345678901234567890,"__proto__":1.0},"churn:scores":{"C":0.50}}'],
  [key('empty'), '{}'],
  [key('list'), '[1,2]'],
  [key('string'), null],
]);

interface JsonServer {
  readonly port: number;
  /** Calls of JSON.GET so far. */
  reads(): Promise<number>;
  close(): Promise<void>;
}

/** A real server where the one on the PATH has the module; Debian's has not, and a stand-in speaks for it. */
async function startJsonServer(): Promise<JsonServer> {
  const real = await startRedis();
  const commands: unknown = await real.client.call('COMMAND', 'INFO', 'JSON.GET');
  if (!Array.isArray(commands) || commands[0] === null) {
    await real.close();
    const standIn = await startJsonModuleServer(DOCUMENTS);
    return { port: standIn.port, reads: () => Promise.resolve(standIn.reads), close: () => standIn.close() };
  }
  for (const [name, document] of DOCUMENTS) {
    await (document === null ? real.client.set(name, '') : real.client.call('JSON.SET', name, '$', document));
  }
  return {
    port: real.port,
    reads: async () => (await real.commandStats())['json.get'] ?? 0,
    close: () => real.close(),
  };
}

let redis: JsonServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startJsonServer();
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
    const query = `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "user_id", idValue: "ada") { traits(models: ["churn:scores", "absent"]) big: trait(name: "BIG", model: "user/all.view") } }`;
    await gateway.prepare(query);
    const before = await redis.reads();
    const { text } = await gateway.graphql(query);
    expect(text).toBe(
      '{"data":{"profile":{"traits":{"churn:scores":{"C":0.50}},"big":12345678901234567890}}}',
    );
    expect((await redis.reads()) - before).toBe(1);
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
