/**
 * The first requests of a process would wait while its code is loaded, run for the first times and compiled. So requests that
 * nobody sent are answered before: by a server that nobody knows,
 * from profiles that nobody has.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { hashAccessToken, mintAccessToken } from './access/access-token.js';
import { createKnownTokens } from './access/known-tokens.js';
import { countHere } from './access/rate-limiter.js';
import type { Config, RedisDestinationConfig } from './config/config.js';
import { DEFAULT_CONFIG, DEFAULT_PROFILE_BYTES, PLAIN_REDIS } from './config/defaults.js';
import { Generation } from './generation.js';
import { GenerationParts } from './generation-parts.js';
import { Admission } from './http/admission.js';
import { createHttpServer } from './http/server.js';
import { listenLocally } from './listen-locally.js';
import { layoutOf } from './profiles/layouts/layout-of.js';
import { redisStore } from './profiles/stores/redis-store.js';
import { openRedisClient } from './redis/open-client.js';
import { createLogger } from './telemetry/logger.js';
import type { GatewayMetrics } from './telemetry/metrics/gateway-metrics.js';
import { startMadeUpRedis } from './warm-up-redis.js';

/** Each of the requests below comes so often. */
const ROUNDS = 50;
/** And those of GraphQL so often with a text that has not come before: what is unknown takes other ways than what is known. */
const NEW_ROUNDS = 40;
const IDS = 20;
/** What has not run by then need not be waited for: something else is wrong. */
const LONGEST_MS = 10_000;

const DESTINATION: RedisDestinationConfig = {
  kind: 'redis',
  id: 'warm-up',
  workspaceId: 'warm-up',
  name: 'warm-up',
  type: 'REDIS',
  enabled: true,
  timeoutMs: LONGEST_MS,
  maxProfileBytes: DEFAULT_PROFILE_BYTES,
  redis: PLAIN_REDIS,
  layout: { type: 'profiles' },
};
const PROFILE = {
  warm_up: JSON.stringify({
    NAME: 'Ada',
    CREATED: '2026-01-01',
    SCORE: 0.5,
    TAGS: ['a', 'b'],
    IS_ACTIVE: true,
  }),
};

const graphql = (query: string, variables: object = {}) => ({ path: '/graphql', body: { query, variables } });
const ID = `entity: "user", destinationId: "${DESTINATION.id}", idType: "email"`;
const GRAPHQL_REQUESTS = [
  graphql(`{ profile(${ID}, idValue: "a") { exists traits } }`),
  graphql(`query ($id: String!) { profile(${ID}, idValue: $id) { name: trait(name: "NAME") models } }`, {
    id: 'a',
  }),
  graphql(
    `query ($ids: [ProfileIdInput!]!) {
      profiles(entity: "user", destinationId: "${DESTINATION.id}", ids: $ids) { id { value } exists traits }
    }`,
    { ids: Array.from({ length: IDS }, (_, index) => ({ type: 'email', value: String(index) })) },
  ),
];
const REQUESTS = [
  ...GRAPHQL_REQUESTS,
  {
    path: '/v1/activation',
    body: { entity: 'user', destinationId: DESTINATION.id, id: { type: 'email', value: 'a' } },
  },
];

/**
 * Resolves when the code is warm: after some hundred requests, half a second or so.
 * @param metrics where they are counted, and nobody looks; left out where nothing is measured. Closed in the end
 * @throws where that cannot be, because there is no loopback interface for one
 */
export async function warmUpCode(metrics: GatewayMetrics | undefined): Promise<void> {
  const closers: (() => unknown)[] = [() => metrics?.close()];
  try {
    await answerMadeUpRequests(metrics, closers);
  } finally {
    for (const close of closers.reverse()) {
      await close();
    }
  }
}

/** @param closers gets what closes whatever is opened */
async function answerMadeUpRequests(
  metrics: GatewayMetrics | undefined,
  closers: (() => unknown)[],
): Promise<void> {
  const token = mintAccessToken();
  const config: Config = {
    ...DEFAULT_CONFIG,
    destinations: [DESTINATION],
    accessTokens: [
      {
        name: 'warm-up',
        sha256: hashAccessToken(token),
        role: 'reader',
        destinations: [DESTINATION.id],
        models: ['warm_*'],
      },
    ],
  };
  const logger = createLogger({ output: { write() {} } });
  const redis = await startMadeUpRedis(PROFILE);
  closers.push(() => redis.close());
  const client = openRedisClient({
    destinationId: DESTINATION.id,
    settings: { ...PLAIN_REDIS, addresses: [redis], clusterMode: false },
    timeoutMs: DESTINATION.timeoutMs,
    logger,
    metrics: metrics?.destination(DESTINATION.id),
  });
  closers.push(() => client.close());
  const parts = new GenerationParts({
    logger,
    knownTokens: createKnownTokens(config.accessTokens),
    openStore: (destination) => redisStore(client, layoutOf(destination), destination.maxProfileBytes),
    createCounter: countHere,
    metrics,
  });
  const generation = new Generation(
    { config, trustedDocuments: undefined, catalogue: undefined },
    {
      parts,
      logger,
      metrics,
      readiness: { warmUp: async () => {}, isStopping: () => false },
      demo: undefined,
    },
  );
  closers.push(() => generation.close());
  const admission = new Admission(() => config.limits.overload, logger);
  closers.push(() => admission.close());
  const server = createHttpServer({
    site: () => generation.site,
    admission,
    logger,
    requestTimeoutMs: config.server.requestTimeoutMs,
    onUnreadable() {},
  });
  const local = await listenLocally((connection) => server.accept(connection));
  closers.push(() => local.close());
  const connection = connect(local);
  closers.push(() => connection.destroy());
  await askAll(connection, token, AbortSignal.timeout(LONGEST_MS));
}

async function askAll(connection: Socket, token: string, signal: AbortSignal): Promise<void> {
  const messages = REQUESTS.map((each) => messageOf(each, token));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const message of messages) {
      await ask(connection, message, signal);
    }
  }
  for (let round = 0; round < NEW_ROUNDS; round += 1) {
    for (const { path, body } of GRAPHQL_REQUESTS) {
      const message = messageOf({ path, body: { ...body, query: `${body.query} # ${round}` } }, token);
      // Interpreted when it comes first, compiled when it comes again.
      await ask(connection, message, signal);
      await ask(connection, message, signal);
    }
  }
}

function messageOf({ path, body }: (typeof REQUESTS)[number], token: string): string {
  const text = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

/** Sends one request, and resolves when its answer is there. */
async function ask(connection: Socket, message: string, signal: AbortSignal): Promise<void> {
  connection.write(message);
  let answer = '';
  while (!isWhole(answer)) {
    const [chunk] = await once(connection, 'data', { signal });
    answer += String(chunk);
  }
  if (!answer.startsWith('HTTP/1.1 200 ')) {
    throw new Error('a request of the warm-up was not answered');
  }
}

/** The answers are ASCII, so that their characters are their bytes. */
function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return length !== undefined && bodyAt >= 4 && answer.length >= bodyAt + Number(length);
}
