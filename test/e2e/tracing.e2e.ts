/** What a trace of a request has, and that there is none where nobody asked for one. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ProxyTracerProvider, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/defaults.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { startIdentityProvider } from '../support/identity-provider.js';
import { createLogged, type Logged } from '../support/logged.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { serveFiles } from '../support/served-files.js';
import { collectSpans } from '../support/spans.js';
import { until } from '../support/until.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const sampled = { traceparent: `00-${TRACE}-${PARENT}-01` };

const spans = collectSpans(new AlwaysOnSampler());
let redis: RedisServer;
let other: RedisServer;
let gateway: TestGateway;
let logged: Logged;

beforeAll(async () => {
  redis = await startRedis();
  other = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada@example.com`, {
    m: '{"A":"secret"}',
  });
  logged = createLogged();
  gateway = await startTestGateway({
    redisPort: redis.port,
    otherRedisPort: other.port,
    logger: logged.logger,
    config: {
      limits: { ...DEFAULT_LIMITS, operations: { max: 5, mode: 'enforce' } },
    },
  });
  await gateway.graphql(`{ ${profile('x')} ${profile('x', OTHER_DESTINATION_ID, 'o')} }`, {}, tokens.admin);
});
beforeEach(() => spans.clear());
afterAll(async () => {
  await gateway.close();
  await other.close();
  await redis.close();
});

function profile(value: string, destination = DESTINATION_ID, alias = 'p'): string {
  return `${alias}: profile(entity: "user", destinationId: "${destination}", idType: "email", idValue: "${value}") { traits }`;
}

/** Each span as its way from the root: `POST /graphql > GraphQL Operation`. */
function paths(): string[] {
  const all = spans.all();
  const byId = new Map(all.map((span) => [span.spanContext().spanId, span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
  };
  return all.map(pathOf).sort();
}

describe('a traced request', () => {
  it('has a span for itself, its operation, each batch and each pipeline', async () => {
    await gateway.graphql(
      `{ ${profile('ada@example.com')} ${profile('eve@example.com', OTHER_DESTINATION_ID, 'o')} }`,
      {},
      tokens.admin,
    );
    const operation = 'POST /graphql > GraphQL Operation';
    expect(paths()).toEqual([
      'POST /graphql',
      operation,
      `${operation} > read profiles`,
      `${operation} > read profiles`,
      `${operation} > read profiles > PIPELINE HGETALL`,
      `${operation} > read profiles > PIPELINE HGETALL`,
    ]);
    const [request] = spans.named('POST /graphql');
    expect(request?.kind).toBe(SpanKind.SERVER);
    expect(request?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'url.path': '/graphql',
      'http.response.status_code': 200,
    });
    const batches = spans.named('read profiles').map(({ attributes }) => attributes);
    expect(batches).toContainEqual({
      'activation_gateway.destination': DESTINATION_ID,
      'activation_gateway.batch.profiles': 1,
    });
    const [pipeline] = spans.named('PIPELINE HGETALL');
    expect(pipeline?.kind).toBe(SpanKind.CLIENT);
    expect(pipeline?.attributes).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': 'PIPELINE HGETALL',
      'db.operation.batch.size': 1,
      'activation_gateway.redis.node': 'single server',
    });
  });

  it('of REST has no operation; of several operations the lookups, which are read together, belong to the request', async () => {
    await gateway.post('/v1/activation', {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value: 'ada@example.com' },
    });
    expect(paths()).toEqual([
      'POST /v1/activation',
      'POST /v1/activation > read profiles',
      'POST /v1/activation > read profiles > PIPELINE HGETALL',
    ]);
    spans.clear();
    const query = `{ ${profile('ada@example.com')} }`;
    await gateway.post('/graphql', [{ query }, { query: `{ ${profile('b@example.com')} }` }]);
    expect(paths()).toEqual([
      'POST /graphql',
      'POST /graphql > GraphQL Operation',
      'POST /graphql > GraphQL Operation',
      'POST /graphql > read profiles',
      'POST /graphql > read profiles > PIPELINE HGETALL',
    ]);
  });

  it('belongs to the trace of its caller, and says so in the answer and in the log', async () => {
    const answer = await gateway.graphql(`{ ${profile('ada@example.com')} }`, {}, tokens.reader, {
      ...sampled,
      'x-request-id': 'traced-one',
    });
    const [request] = spans.named('POST /graphql');
    expect(request?.spanContext().traceId).toBe(TRACE);
    expect(request?.parentSpanContext?.spanId).toBe(PARENT);
    expect(answer.headers.get('traceresponse')).toBe(`00-${TRACE}-${request?.spanContext().spanId}-01`);
    expect(logged.lines().find(({ requestId }) => requestId === 'traced-one')).toMatchObject({
      traceId: TRACE,
    });
  });

  it('is left out where its caller has decided so', async () => {
    const answer = await gateway.graphql(`{ ${profile('ada@example.com')} }`, {}, tokens.reader, {
      traceparent: `00-${TRACE}-${PARENT}-00`,
      'x-request-id': 'not-traced',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('traceresponse')).toBe(false);
    expect(spans.all()).toEqual([]);
    expect(logged.lines().find(({ requestId }) => requestId === 'not-traced')).not.toHaveProperty('traceId');
  });

  it('says what failed, and is no error where the caller was wrong', async () => {
    await gateway.graphql(`{ ${profile('ada@example.com')} }`, {}, tokens.unknown);
    const [refused] = spans.named('POST /graphql');
    expect(refused?.status.code).toBe(SpanStatusCode.UNSET);
    expect(refused?.attributes).toMatchObject({
      'http.response.status_code': 401,
      'activation_gateway.outcome': 'UNAUTHENTICATED',
    });
    spans.clear();
    other.pause();
    try {
      await gateway.graphql(`{ ${profile('ada@example.com', OTHER_DESTINATION_ID)} }`, {}, tokens.admin);
    } finally {
      other.resume();
    }
    for (const [name, failure] of [
      ['POST /graphql', 'STORE_TIMEOUT'],
      ['GraphQL Operation', 'STORE_TIMEOUT'],
      ['read profiles', 'STORE_TIMEOUT'],
      ['PIPELINE HGETALL', 'timeout'],
    ] as const) {
      const [span] = spans.named(name);
      expect(span?.status.code, name).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes['error.type'], name).toBe(failure);
    }
  });

  it('has nothing in it that a caller sent, and nothing that is stored', async () => {
    await gateway.graphql(
      `query Ada_example_com { ada_alias: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "ada@example.com") { traits } }`,
      {},
      tokens.reader,
      { ...sampled, 'user-agent': 'ada-agent', 'x-request-id': 'ada-request' },
    );
    await gateway.get('/ada@example.com');
    const told = JSON.stringify(
      spans
        .all()
        .map(({ name, attributes, events, links, status }) => ({ name, attributes, events, links, status })),
    );
    expect(told).toContain('PIPELINE');
    expect(told).not.toMatch(/ada|secret/i);
    expect(told).not.toContain(tokens.reader);
  });

  it('has a pipeline for each node of a cluster', async () => {
    const cluster = await startRedisCluster({ primaries: 3 });
    const clustered = await startTestGateway({
      redisPort: 0,
      timeoutMs: 1_000,
      redis: { addresses: cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })) },
    });
    try {
      const ids = Array.from({ length: 60 }, (_, index) => ({ type: 'email', value: `u${index}` }));
      const query =
        'query ($d: ID!, $ids: [ProfileIdInput!]!) { profiles(entity: "user", destinationId: $d, ids: $ids) { exists } }';
      spans.clear();
      await clustered.graphql(query, { d: DESTINATION_ID, ids });
      const pipelines = spans.named('PIPELINE HGETALL');
      const nodes = pipelines.map(({ attributes }) => attributes['activation_gateway.redis.node']);
      expect(nodes.sort()).toEqual(cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).sort());
      const sizes = pipelines.map(({ attributes }) => Number(attributes['db.operation.batch.size']));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    } finally {
      await clustered.close();
      await cluster.close();
    }
  });

  it('passes its trace on to an identity provider whose keys are fetched', async () => {
    const provider = await startIdentityProvider();
    const trusting = await startTestGateway({
      redisPort: redis.port,
      config: {
        identityProviders: [
          {
            issuer: provider.issuer,
            audience: ['activation-gateway'],
            jwksUri: provider.jwksUri,
            algorithms: ['ES256'],
            grants: [{ claims: {}, role: 'admin' }],
          },
        ],
      },
    });
    try {
      const token = await provider.sign({ sub: 'somebody' });
      const answer = await trusting.graphql('{ __typename }', {}, token, sampled);
      expect(answer.status).toBe(200);
      const [call] = spans.named('GET');
      expect(call?.kind).toBe(SpanKind.CLIENT);
      expect(provider.lastTrace()).toBe(`00-${TRACE}-${call?.spanContext().spanId}-01`);
      expect(paths()).toEqual(['POST /graphql', 'POST /graphql > GET', 'POST /graphql > GraphQL Operation']);
    } finally {
      await trusting.close();
      await provider.close();
    }
  });
});

describe('without an SDK in the process', () => {
  it('nothing is traced, and a caller’s headers change nothing', async () => {
    const untraced = await startTestGateway({
      redisPort: redis.port,
      // What the process has while nobody has registered another.
      tracerProvider: new ProxyTracerProvider(),
    });
    try {
      const answer = await untraced.graphql(`{ ${profile('ada@example.com')} }`, {}, tokens.reader, sampled);
      expect(answer.status).toBe(200);
      expect(answer.headers.has('traceresponse')).toBe(false);
      expect(spans.all()).toEqual([]);
    } finally {
      await untraced.close();
    }
  });
});

describe('examples/tracing.mjs', () => {
  it('sends the traces of the workers to a collector', async () => {
    const received: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push(`${request.url} ${body}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const setUp = fileURLToPath(new URL('../../examples/tracing.mjs', import.meta.url));
    const served = await serveFiles(redis.address, '', {
      env: {
        NODE_OPTIONS: `--import ${setUp}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
      workers: 1,
    });
    try {
      const ask = (headers: Record<string, string>) =>
        fetch(`${served.url}/v1/activation`, { method: 'POST', headers });
      // Neither has a token. The ratio is 0, so only the one whose caller has decided is traced.
      await ask({});
      await ask(sampled);
      served.process.terminate();
      await until('the traces have come', () => expect(received).not.toEqual([]));
      const all = received.join('\n');
      expect(all).toContain('/v1/traces ');
      expect(all).toContain(TRACE);
      expect(all).toContain('POST /v1/activation');
      expect(all).toContain('"stringValue":"activation-gateway"');
      expect(all.match(/"spanId"/g)).toHaveLength(1);
    } finally {
      await served.close();
      collector.close();
    }
  });
});

describe('an SDK that throws', () => {
  const fail = () => {
    throw new Error('not ours');
  };
  const processor = (own: Partial<SpanProcessor>): SpanProcessor => ({
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
    ...own,
  });

  it.each([
    ['where it picks requests', { sampler: { shouldSample: fail } }],
    ['where a span begins', { spanProcessors: [processor({ onStart: fail })] }],
    ['where a span ends', { spanProcessors: [processor({ onEnd: fail })] }],
  ])('%s spoils no answer and ends nothing', async (_, options) => {
    const traced = await startTestGateway({
      redisPort: redis.port,
      tracerProvider: new NodeTracerProvider(options),
    });
    try {
      for (let times = 0; times < 3; times += 1) {
        const { status, json } = await traced.graphql(`{ ${profile('ada@example.com')} }`);
        expect([status, json]).toEqual([200, { data: { p: { traits: { m: { A: 'secret' } } } } }]);
        expect((await traced.graphql('{', {}, tokens.reader)).status).toBe(400);
      }
    } finally {
      await traced.close();
    }
  });
});
