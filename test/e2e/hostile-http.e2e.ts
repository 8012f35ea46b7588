/** HTTP as attackers write it: byte by byte, over sockets of their own. */

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const REQUEST_TIMEOUT_MS = 1_000;
const SECRET = 'marked-trait-of-ada';
const PROFILE = JSON.stringify({
  entity: 'user',
  destinationId: DESTINATION_ID,
  id: { type: 'email', value: 'ada' },
});
const AUTHORIZED = `Authorization: Bearer ${tokens.reader}`;
const JSON_BODY = 'Content-Type: application/json';

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, {
    m: JSON.stringify({ T: SECRET }),
  });
  gateway = await startTestGateway({
    redisPort: redis.port,
    server: { requestTimeoutMs: REQUEST_TIMEOUT_MS },
  });
});
afterEach(async () => {
  // Whatever was done to it, it goes on.
  expect((await gateway.post('/v1/activation', PROFILE)).text).toContain(SECRET);
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

/** A whole request that would be answered with the secret, were it taken for one. */
const HIDDEN = `POST /v1/activation HTTP/1.1\r\nHost: x\r\n${AUTHORIZED}\r\n${JSON_BODY}\r\nContent-Length: ${PROFILE.length}\r\n\r\n${PROFILE}`;

describe('a request hidden in another', () => {
  it.each([
    [
      'Content-Length beside Transfer-Encoding',
      `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    [
      'Transfer-Encoding before Content-Length',
      `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    ['a list of lengths', `Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    [
      'a space before the colon',
      `Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    ['an encoding that only looks like chunked', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['chunked, and then something else', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['two encodings', `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a folded header', `Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a length with a sign', `Content-Length: +0\r\n\r\n${HIDDEN}`],
    ['a length in hex', `Content-Length: 0x0\r\n\r\n${HIDDEN}`],
    [
      'a chunk that says more than fits a number',
      `Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n${HIDDEN}`,
    ],
    ['a bare line feed after a chunk', `Transfer-Encoding: chunked\r\n\r\n0\n\n${HIDDEN}`],
  ])('is never answered: %s', async (_, rest) => {
    const answer = await raw(`POST /v1/activation HTTP/1.1\r\nHost: x\r\n${JSON_BODY}\r\n${rest}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain(SECRET);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('is what it is where its body is as long as it says: part of the first', async () => {
    const answer = await raw(
      `POST /v1/activation HTTP/1.1\r\nHost: x\r\n${JSON_BODY}\r\nContent-Length: ${HIDDEN.length}\r\nConnection: close\r\n\r\n${HIDDEN}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain(SECRET);
  });
});

describe('who is asking', () => {
  const post = (path: string, ...headers: string[]) =>
    raw(
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${JSON_BODY}\r\nConnection: close\r\n${headers.join('\r\n')}\r\nContent-Length: ${PROFILE.length}\r\n\r\n${PROFILE}`,
    );

  it.each(['/v1/activation', '/graphql', '/v1/profile-tokens'])('is said once: %s', async (path) => {
    for (const headers of [
      [AUTHORIZED, `Authorization: Bearer ${tokens.unknown}`],
      [`Authorization: Bearer ${tokens.unknown}`, AUTHORIZED],
      [AUTHORIZED, AUTHORIZED],
      [AUTHORIZED, `AUTHORIZATION: Bearer ${tokens.admin}`],
    ]) {
      const answer = await post(path, ...headers);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('more than one Authorization header');
    }
  });

  it.each([
    ['two tokens in one header', `${AUTHORIZED}, Bearer ${tokens.admin}`, 401],
    ['a token and something else', `${AUTHORIZED} x`, 401],
    ['another scheme', `Authorization: Basic ${Buffer.from(`a:${tokens.reader}`).toString('base64')}`, 401],
    ['a tab for the space', `Authorization: Bearer\t${tokens.reader}`, 401],
    ['a token in a cookie', `Cookie: authorization=Bearer ${tokens.reader}`, 401],
    ['a token under a proxy’s name', `X-Forwarded-Authorization: Bearer ${tokens.reader}`, 401],
    ['a zero byte', `${AUTHORIZED}\0`, 400],
    ['a bare carriage return', `Authorization: Bearer x\rAuthorization: Bearer ${tokens.reader}`, 400],
    ['a header without a name', `: x\r\n${AUTHORIZED}`, 400],
  ])('is not said by %s', async (_, header, status) => {
    const answer = await post('/v1/activation', header);
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(answer).not.toContain(SECRET);
  });

  it('is not said in the address', async () => {
    for (const path of [`/v1/activation?access_token=${tokens.reader}`, `/graphql?token=${tokens.reader}`]) {
      expect(await post(path, 'X-Nothing: 1')).toMatch(/^HTTP\/1\.1 401 /);
    }
  });
});

describe('a path', () => {
  it.each([
    '//v1/activation',
    '/v1//activation',
    '/v1/activation/',
    '/v1/activation/..',
    '/graphql/../v1/activation',
    '/v1/%61ctivation',
    '/V1/activation',
    '/v1/activation;x',
    '/v1/activation%00',
    '/v1/activation%0d%0a',
    'http://x/v1/activation',
    '*',
  ])('is taken letter by letter: %s', async (path) => {
    const answer = await raw(
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${AUTHORIZED}\r\n${JSON_BODY}\r\nConnection: close\r\nContent-Length: ${PROFILE.length}\r\n\r\n${PROFILE}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    expect(answer).not.toContain(SECRET);
  });

  it.each(['TRACE', 'CONNECT', 'PROPFIND', 'DELETE', 'post'])('does not take %s', async (method) => {
    expect(
      await raw(`${method} /graphql HTTP/1.1\r\nHost: x\r\n${AUTHORIZED}\r\nConnection: close\r\n\r\n`),
    ).not.toMatch(/^HTTP\/1\.1 2/);
  });

  it.each([
    ['HTTP/0.9', 'GET /graphql\r\n\r\n'],
    ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no Host', `GET /healthz HTTP/1.1\r\n\r\n`],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['nothing that is HTTP', `${'A'.repeat(20_000)}\r\n\r\n`],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: b\r\n'.repeat(20_000)}`],
    ['a header of a megabyte', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'b'.repeat(1_000_000)}\r\n\r\n`],
  ])('is not reached by %s', async (_, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 (400|401|431) |^$/);
  });
});

describe('a request ID', () => {
  it.each(['a b', 'a"b', '<script>', 'a'.repeat(129), 'é', '', '../../etc', "x' OR 1=1"])(
    'that is not plain is replaced: %s',
    async (id) => {
      const answer = await raw(
        `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/);
    },
  );
});

describe('a body', () => {
  const huge = Buffer.alloc(64 * 1024 * 1024);
  it.each([
    ['gzip', gzipSync(huge)],
    ['deflate', deflateSync(huge)],
    ['br', brotliCompressSync(huge)],
    ['gzip, gzip', gzipSync(gzipSync(huge))],
  ])('that is a bomb is not opened: %s', async (encoding, body) => {
    const before = process.memoryUsage().rss;
    for (const path of ['/graphql', '/v1/activation']) {
      const answer = await fetch(gateway.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${tokens.reader}`,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(415);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('that comes too slowly is cut, and so are headers, while honest requests are answered', async () => {
    const start = performance.now();
    const slow = Array.from({ length: 40 }, (_, index) =>
      drip(
        index % 2 === 0
          ? `POST /v1/activation HTTP/1.1\r\nHost: x\r\n${AUTHORIZED}\r\n${JSON_BODY}\r\nContent-Length: 1000\r\n\r\n`
          : 'GET / HTTP/1.1\r\nHost: x\r\nX-A: ',
      ),
    );
    let isOver = false;
    const all = Promise.all(slow).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const asked = performance.now();
      expect((await gateway.post('/v1/activation', PROFILE)).status).toBe(200);
      expect(performance.now() - asked).toBeLessThan(1_000);
      await sleep(20);
    }
    for (const answer of await all) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/);
    }
    // Looked for once a second.
    expect(performance.now() - start).toBeLessThan(REQUEST_TIMEOUT_MS + 3_000);
  });
});

describe('connections', () => {
  it('by the hundred, with nothing on them, keep nobody out', async () => {
    const idle = await Promise.all(Array.from({ length: 500 }, open));
    expect((await gateway.post('/v1/activation', PROFILE)).status).toBe(200);
    for (const socket of idle) {
      socket.destroy();
    }
  });

  it('with many requests at once get each its own answer, in order', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => {
      const token = index % 2 === 0 ? tokens.reader : tokens.unknown;
      const last = index === 19 ? 'Connection: close\r\n' : '';
      return `POST /v1/activation HTTP/1.1\r\nHost: x\r\n${last}X-Request-Id: r-${index}\r\nAuthorization: Bearer ${token}\r\n${JSON_BODY}\r\nContent-Length: ${PROFILE.length}\r\n\r\n${PROFILE}`;
    });
    const answers = (await raw(requests.join(''))).split(/(?=HTTP\/1\.1 )/);
    expect(answers).toHaveLength(20);
    for (const [index, answer] of answers.entries()) {
      expect(answer).toContain(`x-request-id: r-${index}\r\n`);
      expect(answer.startsWith(`HTTP/1.1 ${index % 2 === 0 ? 200 : 401} `)).toBe(true);
      expect(answer.includes(SECRET)).toBe(index % 2 === 0);
    }
  });
});

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends bytes, and gives all that comes back until the other side ends or is silent. */
async function raw(bytes: string): Promise<string> {
  const socket = await open();
  socket.write(Buffer.from(bytes, 'latin1'));
  return received(socket, 2_500);
}

/** Sends a beginning, and then a byte now and then. */
async function drip(beginning: string): Promise<string> {
  const socket = await open();
  socket.write(beginning);
  const timer = setInterval(() => socket.write('x'), 200);
  const answer = await received(socket, 10_000);
  clearInterval(timer);
  return answer;
}

function received(socket: Socket, silenceMs: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
    });
    // A connection that is cut is an answer too.
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
