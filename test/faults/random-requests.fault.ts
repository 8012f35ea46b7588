import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_ID, startTestGateway, type TestGateway, tokens } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

/** Requests sent in all, over both faces. */
const REQUESTS = 10_000;

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: 5_000 });
});
afterAll(async () => {
  await gateway.close();
  await redis.close();
});

interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('user', 'email', DESTINATION_ID, ''),
);
const field = fc.oneof(text, fc.jsonValue());
const activation = fc.record(
  {
    entity: field,
    destinationId: field,
    id: fc.oneof(field, fc.record({ type: field, value: field }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);
const selection = fc
  .array(
    fc.constantFrom(
      'exists',
      'models',
      'traits',
      'trait(name: "A")',
      'x',
      '...F',
      '{',
      '}',
      '@skip(if: true)',
      '"',
    ),
    {
      maxLength: 6,
    },
  )
  .map((words) => words.join(' '));
const query = fc.oneof(
  text,
  fc
    .tuple(text, text, selection)
    .map(
      ([entity, value, fields]) =>
        `{ profile(entity: ${JSON.stringify(entity)}, destinationId: "${DESTINATION_ID}", idType: "email", idValue: ${JSON.stringify(value)}) { ${fields} } }`,
    ),
  selection.map((fields) => `query ($v: String!) { ${fields} }`),
);
const graphql = fc.record(
  { query: fc.oneof(query, field), variables: field, operationName: field, extensions: field, other: field },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc
    .oneof(activation, graphql, fc.jsonValue(), fc.array(graphql))
    .map((json) => Buffer.from(JSON.stringify(json))),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const headerValue = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  })
  .filter((value) => !value.includes('\x7f'));
const headers = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 5, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: headerValue },
    ),
    accept: fc.oneof(
      fc.constantFrom('*/*', 'text/html', 'application/json', 'text/event-stream', 'multipart/mixed'),
      headerValue,
    ),
    authorization: fc.oneof(
      { weight: 6, arbitrary: fc.constant(`Bearer ${tokens.admin}`) },
      { weight: 1, arbitrary: headerValue },
    ),
    'x-request-id': headerValue,
    'content-encoding': fc.constantFrom('identity', 'gzip'),
    origin: headerValue,
    cookie: headerValue,
    'accept-encoding': headerValue,
  },
  { requiredKeys: [] },
);
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/graphql', '/v1/activation', '/v2/activation') },
  { weight: 1, arbitrary: query.map((text) => `/graphql?query=${encodeURIComponent(text.toWellFormed())}`) },
  { weight: 1, arbitrary: fc.webPath().map((webPath) => webPath || '/') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '/',
      '/healthz',
      '//',
      '/%',
      '/graphql?%',
      '/graphql?query=%7B&variables=%ff',
      '/?',
    ),
  },
);
const randomRequest: fc.Arbitrary<RandomRequest> = fc.record({
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
  ),
  path,
  headers,
  body,
});

describe('random requests', () => {
  it(`are all answered with 2xx or 4xx, ${REQUESTS} of them, and the process is unharmed`, async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(randomRequest, { minLength: 20, maxLength: 20 }), async (requests) => {
        const answers = await Promise.all(requests.map(send));
        for (const status of answers) {
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
        const failed = answers.findIndex((status) => ![2, 4].includes(Math.floor(status / 100)));
        if (failed !== -1) {
          const { method, path, body } = requests[failed] ?? {};
          expect.fail(`${answers[failed]} for ${method} ${path} with ${body?.toString()}`);
        }
      }),
      { numRuns: REQUESTS / 20, endOnFailure: true, reporter: firstFailure },
    );
    // The test would prove little if all were refused for the same reason.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404, 405, 406, 415]));
    expect((await gateway.get('/healthz')).status).toBe(200);
  }, 120_000);
});

/** A batch of twenty requests is too long to read; the one that failed is named by the assertion. */
function firstFailure<Ts>({ failed, errorInstance }: fc.RunDetails<Ts>): void {
  if (failed) {
    throw errorInstance;
  }
}

function send({ method, path, headers, body }: RandomRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method,
        path,
        headers: { ...headers, 'content-length': body.length },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
