import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, tokens } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const BODY = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'user_id', value: 'nobody' } };
const QUERY = { query: '{ __typename }' };
const MIB = 1024 * 1024;

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

const ALLOWED = new Map([
  ['/graphql', 'GET, POST'],
  ['/v1/activation', 'POST'],
  ['/v2/activation', 'POST, DELETE'],
]);

describe('a connection', () => {
  it('ends with the thousandth answer, so that others get their share of those who come again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    const ends: number[] = [];
    for (let count = 1; count <= 1_001; count += 1) {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${gateway.url}/healthz`, { agent }, resolve).on('error', reject);
      });
      ports.add(answer.socket.localPort);
      expect(answer.statusCode).toBe(200);
      if (answer.headers.connection === 'close') {
        ends.push(count);
      }
      await once(answer.resume(), 'end');
    }
    agent.destroy();
    expect(ends).toEqual([1_000]);
    expect(ports.size).toBe(2);
  });

  it('is told how long it is kept, where it is', async () => {
    const kept = await fetch(`${gateway.url}/healthz`);
    expect(kept.headers.get('keep-alive')).toBe('timeout=65, max=1000');
    const ended = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${gateway.url}/healthz`, { agent: false }, resolve).on('error', reject);
    });
    expect(ended.headers).toMatchObject({ connection: 'close' });
    expect(ended.headers).not.toHaveProperty('keep-alive');
  });

  describe('without a request', () => {
    afterEach(() => {
      vi.useRealTimers();
    });

    it('is kept for longer than a minute, and for less than a minute and a half', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
      const own = await startTestGateway({ redisPort: redis.port });
      const { hostname, port } = new URL(own.url);
      const socket = connect(Number(port), hostname);
      const closed = once(socket, 'close');
      for (let times = 0; times < 3; times += 1) {
        socket.write('GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n');
        await once(socket, 'data');
        await vi.advanceTimersByTimeAsync(times < 2 ? 64_000 : 90_000);
      }
      await closed;
      vi.useRealTimers();
      await own.close();
    });
  });
});

describe.each([
  ['/v1/activation', BODY, (json: unknown) => (json as { error: string }).error],
  ['/v2/activation', BODY, (json: unknown) => (json as { error: string }).error],
  ['/graphql', QUERY, (json: unknown) => (json as { errors: [{ message: string }] }).errors[0].message],
])('%s', (path, body, messageOf) => {
  it('answers 413 to a body over 1 MiB, told by its length or not', async () => {
    const large = JSON.stringify({ ...body, padding: 'x'.repeat(MIB) });
    const told = await gateway.post(path, large);
    expect(told.status).toBe(413);
    expect(messageOf(told.json)).toBe('The request body is larger than 1048576 bytes');
    const untold = await postChunked(path, large);
    expect(untold).toBe(413);
  });

  it('takes a body of exactly 1 MiB', async () => {
    const text = JSON.stringify(body);
    const padded = text + ' '.repeat(MIB - text.length);
    expect((await gateway.post(path, padded)).status).toBe(200);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    '',
  ])('answers 415 to the content type %j', async (type) => {
    const answer = await gateway.post(path, body, tokens.reader, { 'content-type': type });
    expect(answer.status).toBe(415);
  });

  it('answers 415 to another charset and to an encoded body', async () => {
    const latin = { 'content-type': 'application/json; charset=iso-8859-1' };
    expect((await gateway.post(path, body, tokens.reader, latin)).status).toBe(415);
    const zipped = await fetch(gateway.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: `Bearer ${tokens.reader}`,
      },
      body: gzipSync(JSON.stringify(body)),
    });
    expect(zipped.status).toBe(415);
  });

  it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
    'takes the content type %j',
    async (type) => {
      expect((await gateway.post(path, body, tokens.reader, { 'content-type': type })).status).toBe(200);
    },
  );

  it('answers 405 to another method, and says which it takes', async () => {
    const answer = await fetch(gateway.url + path, { method: 'PUT' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(ALLOWED.get(path));
    expect(messageOf(await answer.json())).toContain('POST');
  });

  it.each(['', '{', 'null', '[]', '7', '"text"', '[{}]'])('answers 400 to the body %j', async (text) => {
    const answer = await gateway.post(path, text);
    expect(answer.status).toBe(400);
    expect(messageOf(answer.json)).toEqual(expect.any(String));
  });

  it('answers 400 to a body that is not UTF-8, so that no other id is read', async () => {
    const answer = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.reader}` },
      body: Buffer.from(JSON.stringify({ ...body, note: 'é' }), 'latin1'),
    });
    expect(answer.status).toBe(400);
    expect(messageOf(await answer.json())).toBe('The request body is not UTF-8');
  });

  it('answers 401 without reading the body', async () => {
    const answer = await gateway.post(path, 'not JSON', tokens.unknown);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('every response', () => {
  it('is for no cache and says its request ID, the caller’s own where it is sane', async () => {
    const own = await gateway.get('/', { 'x-request-id': 'abc-123' });
    expect(own.headers.get('x-request-id')).toBe('abc-123');
    expect(own.headers.get('cache-control')).toBe('no-store');
    expect(own.headers.get('x-content-type-options')).toBe('nosniff');
    const given = await gateway.get('/', { 'x-request-id': 'a b"c' });
    expect(given.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('paths', () => {
  it('are exact: anything else is 404', async () => {
    for (const path of [
      '/graphql/',
      '/anything/graphql',
      '/healthz/x',
      '/x/healthz',
      '/v1/activation/',
      '/v3/activation',
    ]) {
      expect((await gateway.get(path)).status).toBe(404);
    }
  });

  it('GET / says what this is, to programs and to browsers', async () => {
    const json = await gateway.get('/');
    expect(json.json).toMatchObject({ name: 'activation-gateway', links: { graphql: '/graphql' } });
    const page = await gateway.get('/', { accept: 'text/html,*/*' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('href="/graphql"');
  });

  it('HEAD is GET without a body', async () => {
    const answer = await fetch(`${gateway.url}/healthz`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });
});

describe('health', () => {
  it('/healthz says that the process is up, /readyz that the destinations answer', async () => {
    expect((await gateway.get('/healthz')).json).toEqual({ status: 'up' });
    const ready = await gateway.get('/readyz');
    expect(ready.status).toBe(200);
    expect(ready.json).toMatchObject({
      status: 'ready',
      destinations: [{ id: DESTINATION_ID, status: 'ready' }, {}],
    });
  });

  it('/readyz is 503 and names the destination that does not answer', async () => {
    const server = await startRedis();
    const alone = await startTestGateway({ redisPort: redis.port, otherRedisPort: server.port });
    await server.stop();
    const answer = await alone.get('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({
      status: 'not ready',
      destinations: [{ status: 'ready' }, { status: 'STORE_UNAVAILABLE' }],
    });
    expect((await alone.get('/healthz')).status).toBe(200);
    await alone.close();
    await server.close();
  });
});

describe('broken clients', () => {
  it('that hang up in the middle of a body, or send no HTTP, leave the gateway unharmed', async () => {
    await new Promise<void>((resolve) => {
      const broken = request(`${gateway.url}/v1/activation`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': 100,
          authorization: `Bearer ${tokens.reader}`,
        },
      });
      broken.on('error', () => resolve());
      broken.write('{"entity":');
      setTimeout(() => broken.destroy(new Error('hung up')), 50);
    });
    await new Promise<void>((resolve) => {
      const socket = connect(gateway.port, '127.0.0.1', () => socket.end('\x16\x03\x01 no HTTP\r\n\r\n'));
      socket.on('data', (data) => expect(String(data)).toMatch(/^HTTP\/1.1 400/));
      socket.on('close', () => resolve());
    });
    expect((await gateway.get('/healthz')).status).toBe(200);
  });
});

/** Sends a body without saying how long it is. */
function postChunked(path: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      gateway.url + path,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.reader}` },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      },
    );
    sent.on('error', reject);
    sent.write(body.slice(0, MIB));
    sent.end(body.slice(MIB));
  });
}
