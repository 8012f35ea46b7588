/** What the demo does once its command line is read. Loaded only then: every other command starts without it. */

import { randomBytes } from 'node:crypto';
import { asAccessToken, hashAccessToken } from '../access/access-token.js';
import { createProfileTokenSigner } from '../access/profile-tokens/sign.js';
import type {
  Config,
  ProfileTokenKeyConfig,
  RedisDestinationConfig,
  RedisSettings,
} from '../config/config.js';
import {
  DEFAULT_CONFIG,
  DEFAULT_PROFILE_BYTES,
  DEFAULT_PROFILE_TOKENS,
  DEFAULT_SERVER,
  DEFAULT_TIMEOUT_MS,
  PLAIN_REDIS,
} from '../config/defaults.js';
import { loadSampleProfiles } from '../demo/load-sample-profiles.js';
import { type SampleProfile, sampleProfiles } from '../demo/sample-profiles.js';
import { storefrontRoutes } from '../demo/storefront.js';
import { GatewayError } from '../errors.js';
import { createGateway } from '../gateway.js';
import { curlLine } from '../http/curl-line.js';
import { EmbeddedStore } from '../profiles/stores/embedded-store.js';
import { openRedisClient } from '../redis/open-client.js';
import { createLogger } from '../telemetry/logger.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import { listenOrExplain, toldToStop } from './running.js';
import { letYoungGenerationGrow } from './young-generation.js';

/** Not a secret: it opens sample profiles on the own machine, and the README's queries can be pasted as they are. */
const DEMO_TOKEN = asAccessToken('agw_demo-token-for-sample-profiles-only');
const DEMO_TOKEN_NAME = 'demo';
const DEMO_WORKSPACE_ID = '2Wk0aBcDeFgHiJkLmNoPqRsTuV';
const DEMO_DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s';
const EXAMPLE_QUERY = `{ profile(entity: "user", destinationId: "${DEMO_DESTINATION_ID}", idType: "email", idValue: "ada@example.com") { exists traits } }`;
/** For writing all sample profiles. */
const LOAD_TIMEOUT_MS = 10_000;
const SECRET_BYTES = 32;

export interface DemoOptions {
  /** 0 to 65535. */
  readonly port: number;
  /** Where to write the sample profiles and serve them from; left out, they stay in this process. */
  readonly redis?: RedisSettings;
}

/**
 * Serves the sample profiles until the process is told to stop.
 * @throws CommandError when the port is taken or the Redis cannot be written.
 */
export async function runDemo({ port, redis }: DemoOptions, print: CommandIo['print']): Promise<void> {
  const profiles = sampleProfiles();
  const destination = demoDestination(redis);
  const logger = createLogger({ level: 'warn' });
  if (redis !== undefined) {
    await load(destination, profiles);
  }
  const key = demoKey();
  const signer = createProfileTokenSigner({ key, accessToken: DEMO_TOKEN_NAME });
  const gateway = createGateway({
    config: demoConfig(destination, key, port),
    logger,
    demo: {
      accessToken: DEMO_TOKEN,
      exampleQuery: EXAMPLE_QUERY,
      routes: storefrontRoutes((anonymousId) =>
        signer.sign({
          destinationId: destination.id,
          entity: 'user',
          ids: [{ type: 'anonymous_id', value: anonymousId }],
        }),
      ),
    },
    ...(redis === undefined ? { openStore: () => new EmbeddedStore(profiles) } : {}),
  });
  const address = await listenOrExplain(gateway, port, 'PORT, as in PORT=4001 npm run demo');
  letYoungGenerationGrow();
  print(welcome(address.port, profiles.length, redis));
  await toldToStop();
  print('Stopping.');
  await gateway.close();
}

function demoDestination(redis: RedisSettings | undefined): RedisDestinationConfig {
  return {
    kind: 'redis',
    id: DEMO_DESTINATION_ID,
    workspaceId: DEMO_WORKSPACE_ID,
    name: redis === undefined ? 'Sample profiles in this process' : 'Sample profiles in your Redis',
    type: 'REDIS',
    enabled: true,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    maxProfileBytes: DEFAULT_PROFILE_BYTES,
    // Not asked where the profiles are kept in this process.
    redis: redis ?? PLAIN_REDIS,
    layout: { type: 'profiles' },
  };
}

function demoConfig(destination: RedisDestinationConfig, key: ProfileTokenKeyConfig, port: number): Config {
  return {
    ...DEFAULT_CONFIG,
    profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [key] },
    destinations: [destination],
    accessTokens: [
      {
        name: DEMO_TOKEN_NAME,
        sha256: hashAccessToken(DEMO_TOKEN),
        role: 'reader',
        destinations: [destination.id],
      },
    ],
    // The demo's token is in its documentation, so nobody but this machine may reach it.
    server: { ...DEFAULT_SERVER, host: '127.0.0.1', port, landingPage: 'full' },
  };
}

/** Of this process alone: what is signed with it ends with the demo. */
function demoKey(): ProfileTokenKeyConfig {
  return { kid: 'demo', algorithm: 'HS256', secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

async function load(
  { id, workspaceId, redis }: RedisDestinationConfig,
  profiles: readonly SampleProfile[],
): Promise<void> {
  const client = openRedisClient({
    destinationId: id,
    settings: redis,
    timeoutMs: LOAD_TIMEOUT_MS,
    // What goes wrong is told once, in a sentence.
    logger: createLogger({ level: 'silent' }),
  });
  try {
    await loadSampleProfiles(client, { workspaceId, destinationId: id }, profiles);
  } catch (error) {
    const [address] = redis.addresses;
    const reason = error instanceof GatewayError ? error.code : 'INTERNAL';
    throw new CommandError(
      `The sample profiles could not be written to ${address?.host}:${address?.port} (${reason}). ` +
        'Is Redis running there, and are user and password right?',
    );
  } finally {
    await client.close();
  }
}

function welcome(port: number, profiles: number, redis: RedisSettings | undefined): string {
  const url = `http://localhost:${port}`;
  const where = redis === undefined ? 'in this process' : 'in your Redis';
  return `
activation-gateway serves ${profiles} sample profiles, kept ${where}.

  Demo            ${url}/demo  (a shop that knows its visitors)
  Explore         ${url}/graphql  (GraphiQL, in a browser)
  Access token    ${DEMO_TOKEN}
  Destination ID  ${DEMO_DESTINATION_ID}

Try it:

${curlLine({ url, accessToken: DEMO_TOKEN, query: EXAMPLE_QUERY })}

Ctrl-C stops it.`;
}
