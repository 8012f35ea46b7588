/** A gateway in this process, on a free port, in front of real Redis servers. */

import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import type {
  Config,
  DestinationConfig,
  EraseConfig,
  LayoutConfig,
  RedisSettings,
  ServerConfig,
} from '../../src/config/config.js';
import { DEFAULT_CONFIG, DEFAULT_SERVER, PLAIN_REDIS } from '../../src/config/defaults.js';
import { createGateway } from '../../src/gateway.js';
import { createLogger, type Logger } from '../../src/telemetry/logger.js';
import type { TracerProvider } from '../../src/telemetry/tracing.js';
import { BOTH_PATHS, comparing } from './both-paths.js';

export const WORKSPACE_ID = '2Wk0aBcDeFgHiJkLmNoPqRsTuV';
export const DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s';
export const OTHER_DESTINATION_ID = '2XotherDestination000000000';
export const WEBHOOK_DESTINATION_ID = '2XwebhookDestination00000000';
export const DISABLED_DESTINATION_ID = '2XdisabledDestination000000';

/** Tokens by what they may do; minted anew in every test process. */
export const tokens = {
  admin: mintAccessToken(),
  /** Reads {@link DESTINATION_ID} alone. */
  reader: mintAccessToken(),
  /** Reads {@link OTHER_DESTINATION_ID} alone. */
  otherDestination: mintAccessToken(),
  expired: mintAccessToken(),
  unknown: mintAccessToken(),
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  graphql(
    query: string,
    variables?: unknown,
    token?: string | null,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  post(path: string, body: unknown, token?: string | null, headers?: Record<string, string>): Promise<Answer>;
  delete(
    path: string,
    body: unknown,
    token?: string | null,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /**
   * To be called before what is counted begins: where this run sends every operation several times, all but the last are sent
   * here. Elsewhere nothing is.
   */
  prepare(query: string, variables?: unknown, token?: string): Promise<void>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  /** Port of the Redis behind {@link DESTINATION_ID}. */
  readonly redisPort: number;
  /** Port of the Redis behind {@link OTHER_DESTINATION_ID}; the same one when left out. */
  readonly otherRedisPort?: number;
  /** 2,000 by default, not the product's 250: a machine that runs other tests too may be late for reasons of its own. */
  readonly timeoutMs?: number;
  readonly redis?: Partial<RedisSettings>;
  readonly layout?: LayoutConfig;
  readonly maxProfileBytes?: number;
  /** Nothing may be erased when left out. */
  readonly erase?: EraseConfig;
  readonly server?: Partial<ServerConfig>;
  /** Whatever else shall be configured otherwise. */
  readonly config?: Partial<Config>;
  /** Where its log goes; nowhere by default. */
  readonly logger?: Logger;
  readonly tracerProvider?: TracerProvider;
}

export function redisDestination(
  id: string,
  port: number,
  options: Partial<TestGatewayOptions> = {},
): DestinationConfig {
  const { timeoutMs = 2_000, redis = {}, layout = { type: 'profiles' }, erase } = options;
  const { maxProfileBytes = 8_388_608 } = options;
  return {
    kind: 'redis',
    id,
    workspaceId: WORKSPACE_ID,
    name: `Redis ${id}`,
    type: 'REDIS',
    enabled: true,
    timeoutMs,
    maxProfileBytes,
    layout,
    erase,
    redis: {
      ...PLAIN_REDIS,
      addresses: [{ host: '127.0.0.1', port }],
      ...redis,
    },
  };
}

export function testConfig(options: TestGatewayOptions): Config {
  const { redisPort, otherRedisPort = redisPort, server = {}, config = {} } = options;
  return {
    ...DEFAULT_CONFIG,
    destinations: [
      redisDestination(DESTINATION_ID, redisPort, options),
      redisDestination(OTHER_DESTINATION_ID, otherRedisPort, options),
      { ...redisDestination(DISABLED_DESTINATION_ID, redisPort, options), enabled: false },
      {
        kind: 'other',
        id: WEBHOOK_DESTINATION_ID,
        workspaceId: WORKSPACE_ID,
        name: 'A webhook',
        type: 'WEBHOOK',
        enabled: true,
      },
    ],
    accessTokens: [
      { name: 'admin', sha256: hashAccessToken(tokens.admin), role: 'admin' },
      {
        name: 'reader',
        sha256: hashAccessToken(tokens.reader),
        role: 'reader',
        destinations: [DESTINATION_ID],
      },
      {
        name: 'other',
        sha256: hashAccessToken(tokens.otherDestination),
        role: 'reader',
        destinations: [OTHER_DESTINATION_ID],
      },
      {
        name: 'expired',
        sha256: hashAccessToken(tokens.expired),
        role: 'admin',
        expiresAt: new Date('2020-01-01T00:00:00Z'),
      },
    ],
    server: { ...DEFAULT_SERVER, host: '127.0.0.1', port: 0, ...server },
    ...config,
  };
}

export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const { logger = createLogger({ level: 'silent' }), tracerProvider } = options;
  const gateway = createGateway({
    config: testConfig(options),
    logger,
    ...(tracerProvider === undefined ? {} : { tracerProvider }),
  });
  const { port } = await gateway.listen();
  const url = `http://127.0.0.1:${port}`;

  const sender =
    (method: 'POST' | 'DELETE'): TestGateway['post'] =>
    async (path, body, token = tokens.reader, headers = {}) =>
      answer(
        await fetch(url + path, {
          method,
          headers: {
            'content-type': 'application/json',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...headers,
          },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      );

  const postOnce = sender('POST');
  const { post, prepare } = BOTH_PATHS ? comparing(postOnce) : { post: postOnce, prepare: async () => {} };
  return {
    url,
    port,
    post,
    graphql: (query, variables, token, headers) => post('/graphql', { query, variables }, token, headers),
    delete: sender('DELETE'),
    get: async (path, headers = {}) => answer(await fetch(url + path, { headers })),
    prepare: (query, variables, token = tokens.reader) => prepare({ query, variables }, token),
    close: () => gateway.close(),
  };
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}
