import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KeyPart, LayoutConfig, RedisSettings } from '../../src/config/config.js';
import { parseKeyTemplate } from '../../src/config/key-template.js';
import { DESTINATION_ID, startTestGateway, type TestGateway } from '../support/gateway.js';
import { startJsonModuleServer } from '../support/json-module-server.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) {
    await resource.close();
  }
  await redis.client.flushall();
});

async function gatewayFor(
  layout: LayoutConfig,
  settings: Partial<RedisSettings> = {},
  port = redis.port,
): Promise<TestGateway> {
  const gateway = await startTestGateway({ redisPort: port, layout, redis: settings });
  open.push(gateway);
  return gateway;
}

/** The data of a profile, or the status of the error. */
async function dataOf(
  gateway: TestGateway,
  entity: string,
  type: string,
  value: string,
): Promise<string | number> {
  const body = { entity, destinationId: DESTINATION_ID, id: { type, value } };
  const { status, text } = await gateway.post('/v1/activation', body);
  return status === 200 ? text.slice(text.indexOf('"data":') + '"data":'.length, -1) : status;
}

function template(text: string): readonly KeyPart[] {
  const result = parseKeyTemplate(text);
  if ('problem' in result) {
    throw new Error(result.problem);
  }
  return result.parts;
}

describe('the event stream', () => {
  const layout = { type: 'event-stream', idType: 'user_id', model: 'user' } as const;

  it('is given back as strings under one model, for users by their id', async () => {
    await redis.client.hset('staging:user:u-1', {
      'plan.name': 'pro',
      seats: '3',
      tags: '["a"]',
      __proto__x: '1.0',
    });
    const gateway = await gatewayFor(layout, { prefix: 'staging' });
    expect(await dataOf(gateway, 'user', 'user_id', 'u-1')).toBe(
      '{"user":{"plan.name":"pro","seats":"3","tags":"["a"]","__proto__x":"1.0"}}'.replace(
        '["a"]',
        '[\\"a\\"]',
      ),
    );
    expect(await dataOf(gateway, 'user', 'user_id', 'nobody')).toBe('{}');
  });

  it('is not asked for another entity or id type, whose ids would be another person’s', async () => {
    await redis.client.hset('user:u-1', { seats: '3' });
    const gateway = await gatewayFor(layout);
    await gateway.get('/readyz');
    await redis.resetStats();
    for (const [entity, type] of [
      ['account', 'user_id'],
      ['user', 'email'],
    ] as const) {
      expect(await dataOf(gateway, entity, type, 'u-1')).toBe('{}');
    }
    expect((await redis.commandStats()).hgetall).toBeUndefined();
    expect(await dataOf(gateway, 'user', 'user_id', 'u-1')).toBe('{"user":{"seats":"3"}}');
  });

  it('may be a JSON document, whose root is the traits', async () => {
    const server = await startJsonModuleServer(new Map([['user:u-1', '{"plan":{"name":"pro"},"n":1.0}']]));
    open.push(server);
    const gateway = await gatewayFor(layout, { useJSONModule: true }, server.port);
    expect(await dataOf(gateway, 'user', 'user_id', 'u-1')).toBe('{"user":{"plan":{"name":"pro"},"n":1.0}}');
  });
});

describe('a custom layout', () => {
  const key = template('crm:{entity}:{idType}:{idValue}');

  it('of hashes of JSON is read model by model', async () => {
    await redis.client.hset('crm:user:email:a:b', { one: '{"A":1.0}', two: '{"B":2}' });
    const gateway = await gatewayFor({ type: 'custom', key, value: 'hash-of-json' });
    expect(await dataOf(gateway, 'user', 'email', 'a:b')).toBe('{"one":{"A":1.0},"two":{"B":2}}');
  });

  it('of hashes of strings is given back under its model', async () => {
    await redis.client.hset('crm:user:email:a', { A: '1.0', 'B"': 'x' });
    const gateway = await gatewayFor({ type: 'custom', key, value: 'hash-of-strings', model: 'crm' });
    expect(await dataOf(gateway, 'user', 'email', 'a')).toBe('{"crm":{"A":"1.0","B\\"":"x"}}');
  });

  it('of JSON strings holds the traits of one model, or model → traits', async () => {
    await redis.client.set('crm:user:email:a', '{"A":{"B":1.0}}');
    await redis.client.set('crm:user:email:list', '[1]');
    await redis.client.set('crm:user:email:broken', '{oops');
    const one = await gatewayFor({ type: 'custom', key, value: 'json-string', model: 'crm' });
    expect(await dataOf(one, 'user', 'email', 'a')).toBe('{"crm":{"A":{"B":1.0}}}');
    expect(await dataOf(one, 'user', 'email', 'broken')).toBe(502);
    expect(await dataOf(one, 'user', 'email', 'nobody')).toBe('{}');
    const many = await gatewayFor({ type: 'custom', key, value: 'json-string' });
    expect(await dataOf(many, 'user', 'email', 'a')).toBe('{"A":{"B":1.0}}');
    expect(await dataOf(many, 'user', 'email', 'list')).toBe(502);
    await redis.client.hset('crm:user:email:hash', { A: '1' });
    expect(await dataOf(many, 'user', 'email', 'hash')).toBe(502);
  });

  it('of JSON documents is read with JSON.GET', async () => {
    const server = await startJsonModuleServer(new Map([['crm:user:email:a', '{"A":{"B":1.0}}']]));
    open.push(server);
    const gateway = await gatewayFor({ type: 'custom', key, value: 'json-document' }, {}, server.port);
    expect(await dataOf(gateway, 'user', 'email', 'a')).toBe('{"A":{"B":1.0}}');
  });

  it('serves one entity and id type alone where its key has no place for them', async () => {
    await redis.client.set('who:a', '{"A":1}');
    const gateway = await gatewayFor({
      type: 'custom',
      key: template('who:{idValue}'),
      value: 'json-string',
      model: 'who',
      entity: 'user',
      idType: 'email',
    });
    expect(await dataOf(gateway, 'user', 'email', 'a')).toBe('{"who":{"A":1}}');
    expect(await dataOf(gateway, 'user', 'user_id', 'a')).toBe('{}');
    expect(await dataOf(gateway, 'account', 'email', 'a')).toBe('{}');
  });
});
