/** How long a caller waits, and what is done for one that waits no more. */

import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { timed } from '../support/timed.js';

/** What a busy test machine may add. */
const SLACK_MS = 250;
const QUERY =
  'query ($d: ID!) { profile(entity: "user", destinationId: $d, idType: "email", idValue: "ada") { exists } }';
const BODY = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) {
    await resource.close();
  }
});

async function startStored(): Promise<RedisServer> {
  const redis = await startRedis();
  open.push(redis);
  for (const id of [DESTINATION_ID, OTHER_DESTINATION_ID]) {
    await redis.client.hset(`${WORKSPACE_ID}:${id}:user:email:ada`, { m: '{"A":1}' });
  }
  return redis;
}

async function serve(options: Parameters<typeof startTestGateway>[0]): Promise<TestGateway> {
  const gateway = await startTestGateway(options);
  open.push(gateway);
  return gateway;
}

const within = (ms: number) => ({ 'x-request-timeout-ms': String(ms) });

describe('a caller that says how long it waits', () => {
  it('gets 504 when that is over, on both faces, whatever the time-out of the destination', async () => {
    const redis = await startStored();
    const gateway = await serve({ redisPort: redis.port, timeoutMs: 5_000 });
    expect((await gateway.post('/v1/activation', BODY, tokens.reader, within(2_000))).status).toBe(200);
    redis.pause();
    const rest = await timed(() => gateway.post('/v1/activation', BODY, tokens.reader, within(80)));
    expect([rest.value.status, rest.value.json]).toEqual([
      504,
      { error: 'The request was not answered within the 80 ms that its caller allows' },
    ]);
    const graphql = await timed(() =>
      gateway.graphql(QUERY, { d: DESTINATION_ID }, tokens.reader, within(80)),
    );
    expect(graphql.value.status).toBe(504);
    expect(graphql.value.text).toContain('"code":"DEADLINE_EXCEEDED"');
    for (const { ms, heldUpMs } of [rest, graphql]) {
      expect(ms).toBeGreaterThanOrEqual(79);
      expect(ms - heldUpMs).toBeLessThan(80 + SLACK_MS);
    }
    redis.resume();
  });

  it('may be a proxy made of Envoy; the shorter time counts', async () => {
    const redis = await startStored();
    const gateway = await serve({ redisPort: redis.port, timeoutMs: 5_000 });
    redis.pause();
    const envoy = 'x-envoy-expected-rq-timeout-ms';
    for (const headers of [
      { [envoy]: '60' },
      { [envoy]: '60', ...within(9_000) },
      { [envoy]: '9000', ...within(60) },
    ]) {
      const { status, text } = await gateway.post('/v1/activation', BODY, tokens.reader, headers);
      expect([status, text]).toEqual([504, expect.stringContaining(' 60 ms ')]);
    }
    redis.resume();
  });

  it('that waits longer than the destination may take gets its STORE_TIMEOUT', async () => {
    const redis = await startStored();
    const gateway = await serve({ redisPort: redis.port, timeoutMs: 60 });
    expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
    redis.pause();
    const { text } = await gateway.graphql(QUERY, { d: DESTINATION_ID }, tokens.reader, within(5_000));
    expect(text).toContain('"code":"STORE_TIMEOUT"');
    redis.resume();
  });

  it('is told what came in time beside what did not', async () => {
    const [redis, slow] = await Promise.all([startStored(), startStored()]);
    const gateway = await serve({ redisPort: redis.port, otherRedisPort: slow.port, timeoutMs: 5_000 });
    const both = `query ($a: ID!, $b: ID!) {
      a: profile(entity: "user", destinationId: $a, idType: "email", idValue: "ada") { exists }
      b: profile(entity: "user", destinationId: $b, idType: "email", idValue: "ada") { exists }
    }`;
    const variables = { a: DESTINATION_ID, b: OTHER_DESTINATION_ID };
    expect((await gateway.graphql(both, variables, tokens.admin)).json).toEqual({
      data: { a: { exists: true }, b: { exists: true } },
    });
    slow.pause();
    const answer = await gateway.graphql(both, variables, tokens.admin, within(100));
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      data: { a: { exists: true }, b: null },
      errors: [{ path: ['b'], extensions: { code: 'DEADLINE_EXCEEDED' } }],
    });
    slow.resume();
  });

  it('is not heard by the circuit breaker: impatient callers spoil nothing for the others', async () => {
    const redis = await startStored();
    const proxy = await startFaultProxy(redis.port);
    open.push(proxy);
    const gateway = await serve({ redisPort: proxy.port, timeoutMs: 2_000 });
    expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
    proxy.setDelayMs(40);
    const impatient = await Promise.all(
      Array.from({ length: 20 }, () => gateway.post('/v1/activation', BODY, tokens.reader, within(5))),
    );
    expect(new Set(impatient.map(({ status }) => status))).toEqual(new Set([504]));
    expect((await gateway.post('/v1/activation', BODY)).status).toBe(200);
  });

  it('waits for its own body too', async () => {
    const redis = await startStored();
    const gateway = await serve({ redisPort: redis.port });
    const asked = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const slow = request(
          `${gateway.url}/v1/activation`,
          {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'content-length': 100,
              authorization: `Bearer ${tokens.reader}`,
              ...within(100),
            },
          },
          (answer) => {
            answer.resume();
            slow.destroy();
            resolve(answer.statusCode);
          },
        );
        slow.on('error', reject);
        slow.write('{"entity":');
      });
    const { value: status, ms, heldUpMs } = await timed(asked);
    expect(status).toBe(504);
    expect(ms - heldUpMs).toBeLessThan(100 + SLACK_MS);
  });

  it('is told when it says so in a way that cannot be understood; what a proxy says is then left aside', async () => {
    const redis = await startStored();
    const gateway = await serve({ redisPort: redis.port });
    for (const wrong of ['0', '-1', '1.5', '1s', '3600001', '99999999', '5, 5']) {
      const { status, json } = await gateway.post('/v1/activation', BODY, tokens.reader, {
        'x-request-timeout-ms': wrong,
      });
      expect([status, json]).toEqual([
        400,
        { error: 'X-Request-Timeout-Ms must be a whole number from 1 to 3600000' },
      ]);
    }
    const proxied = await gateway.post('/v1/activation', BODY, tokens.reader, {
      'x-envoy-expected-rq-timeout-ms': 'soon',
    });
    expect(proxied.status).toBe(200);
  });
});

describe('for a caller that waits no more', () => {
  /** The lookup waits for a connection that does not come about; meanwhile the caller leaves, and then it does. */
  async function leaveWhileConnecting(
    headers: Record<string, string>,
    leave: (asked: ReturnType<typeof request>) => Promise<void>,
  ): Promise<{ reads: number; statuses: unknown[] }> {
    const redis = await startStored();
    await redis.resetStats();
    const proxy = await startFaultProxy(redis.port);
    open.push(proxy);
    await proxy.setMode('stall');
    const logged = createLogged();
    const gateway = await serve({ redisPort: proxy.port, timeoutMs: 5_000, logger: logged.logger });
    const asked = request(`${gateway.url}/v1/activation`, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${tokens.reader}`,
        ...headers,
      },
    });
    asked.on('error', () => {});
    asked.end(JSON.stringify(BODY));
    await expect.poll(() => proxy.accepted).toBe(1);
    await leave(asked);
    await proxy.setMode('pass');
    await expect.poll(() => logged.text()).toContain('"msg":"request"');
    // Another lookup shows that the connection stands.
    expect((await gateway.post('/v1/activation', BODY, tokens.reader)).status).toBe(200);
    const { hgetall = 0 } = await redis.commandStats();
    const lines = logged.lines().filter(({ msg }) => msg === 'request');
    return { reads: hgetall, statuses: lines.map(({ status }) => status) };
  }

  it('because it hung up, nothing is sent to Redis any more; the audit says 499', async () => {
    expect(
      await leaveWhileConnecting({}, async (asked) => {
        asked.destroy();
        await sleep(100);
      }),
    ).toEqual({ reads: 1, statuses: [499, 200] });
  });

  it('because its time is over, nothing is sent to Redis any more', async () => {
    expect(await leaveWhileConnecting(within(100), () => sleep(200))).toEqual({
      reads: 1,
      statuses: [504, 200],
    });
  });
});
