/** What a reader of the docs has before them: a gateway with the sample profiles, its Redis, and a clone that is built. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asAccessToken, hashAccessToken } from '../../src/access/access-token.js';
import { PLAIN_REDIS } from '../../src/config/defaults.js';
import { loadSampleProfiles } from '../../src/demo/load-sample-profiles.js';
import { sampleProfiles } from '../../src/demo/sample-profiles.js';
import { openRedisClient } from '../../src/redis/open-client.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { startRedis } from '../support/redis-server.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** That of the demo, so that what is pasted works. */
export const TOKEN = asAccessToken('agw_demo-token-for-sample-profiles-only');
export const DESTINATION = DESTINATION_ID;

/** What a guide writes there must not come into the repository. */
const COPIED = ['examples', 'deploy'];
const LOAD_TIMEOUT_MS = 10_000;

export interface World {
  readonly gatewayPort: number;
  readonly redisPort: number;
  /** The sample profiles, and nothing else, are in the Redis again. */
  reset(): Promise<void>;
  /** A folder that looks like a clone: everything is there, installed and built. */
  clone(): string;
  /** The folder of all clones. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-docs-'));
  const [redis, gatewayPort] = await Promise.all([startRedis(), freePort()]);
  const reset = async () => {
    await redis.client.flushall();
    const client = openRedisClient({
      destinationId: DESTINATION,
      settings: { ...PLAIN_REDIS, addresses: [{ host: '127.0.0.1', port: redis.port }] },
      timeoutMs: LOAD_TIMEOUT_MS,
      logger: createLogger({ level: 'silent' }),
    });
    const owner = { workspaceId: WORKSPACE_ID, destinationId: DESTINATION };
    await loadSampleProfiles(client, owner, sampleProfiles());
    await client.close();
  };
  await reset();
  let clones = 0;
  const config = join(folder, 'gateway.yaml');
  writeFileSync(config, configuration(redis.port, gatewayPort));
  writeFileSync(join(folder, 'pb_project.yaml'), PROJECT);
  const gateway = startGatewayProcess(['serve', '--workers', '1', '--config', config]);
  await gateway.waitFor(/listening/);
  return {
    gatewayPort,
    redisPort: redis.port,
    folder,
    reset,
    clone() {
      clones += 1;
      return makeClone(join(folder, `clone-${clones}`), redis.port);
    },
    async close() {
      await gateway.stop();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The project that the sample profiles could come from. */
const PROJECT = `entities:
  - name: user
    feature_views:
      using_ids:
        - { id: user_id }
        - { id: email }
        - { id: anonymous_id }
        - { id: cart_token }
        - { id: rudder_id }
  - name: account
    feature_views: { using_ids: [{ id: domain }, { id: account_id }] }
  - name: project
    feature_views: { using_ids: [{ id: project_key }] }
`;

/** All that a guide asks for is allowed. */
function configuration(redisPort: number, port: number): string {
  return `destinations:
  - id: ${DESTINATION}
    workspaceId: ${WORKSPACE_ID}
    name: Sample profiles
    type: REDIS
    timeoutMs: 2000
    allowErase: true
    config: { address: "localhost:${redisPort}" }
accessTokens:
  - { name: demo, role: admin, sha256: ${hashAccessToken(TOKEN)} }
catalog: pb_project.yaml
profileTokens:
  keys:
    - { kid: docs, algorithm: HS256, secret: "of the docs, and of nothing else but the docs" }
server: { host: 127.0.0.1, port: ${port} }
`;
}

function makeClone(folder: string, redisPort: number): string {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const entry of readdirSync(ROOT)) {
    if (!['package.json', 'node_modules', ...COPIED, '.git', 'test-results'].includes(entry)) {
      symlinkSync(join(ROOT, entry), join(folder, entry));
    }
  }
  for (const entry of COPIED.filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const packages of ['node_modules', 'test/docs/stand-ins'].map((at) => join(ROOT, at))) {
    for (const entry of readdirSync(packages)) {
      symlinkSync(join(packages, entry), join(folder, 'node_modules', entry));
    }
  }
  const manifest: { scripts: object } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const scripts = {
    ...manifest.scripts,
    // Built it is: to build again would pull the files away from under the other tests.
    build: 'true',
    demo: 'node dist/main.js demo',
    start: 'node dist/main.js serve',
  };
  writeFileSync(join(folder, 'gateway.yaml'), configuration(redisPort, 0));
  writeFileSync(join(folder, 'pb_project.yaml'), PROJECT);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts }));
  command(folder, 'activation-gateway', `exec node '${ROOT}dist/main.js' "$@"`);
  command(folder, 'redis-cli', `exec "$REDIS_CLI" -p ${redisPort} "$@"`);
  // Installed it is, too.
  command(folder, 'npm', `[ "$1" = ci ] || exec "$NPM" "$@"`);
  return folder;
}

function command(folder: string, name: string, line: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}
