/** What every ProfileStore promises, run against each implementation. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLAIN_REDIS } from '../../../src/config/defaults.js';
import { hashOfJson } from '../../../src/profiles/layouts/hash-of-json.js';
import { profileKey } from '../../../src/profiles/layouts/profile-key.js';
import { parseProfileId } from '../../../src/profiles/profile-id.js';
import type { ProfileRead, ProfileStore } from '../../../src/profiles/store.js';
import { StoredProfile } from '../../../src/profiles/stored-profile.js';
import { type EmbeddedProfile, EmbeddedStore } from '../../../src/profiles/stores/embedded-store.js';
import { redisStore } from '../../../src/profiles/stores/redis-store.js';
import { openRedisClient } from '../../../src/redis/open-client.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { startRedis } from '../../support/redis-server.js';

const NAMES = { entity: 'entity', type: 'idType', value: 'idValue' };
const OWNER = { workspaceId: 'ws', destinationId: 'dest' };

const PROFILES: EmbeddedProfile[] = [
  profile('user', 'email', 'ada@example.com', { user_360: '{"N":1.0}', churn_scores: '{"C":0.5}' }),
  profile('user', 'rudder_id', 'a:b:c', { user_360: '{"N":2}' }),
  profile('account', 'email', 'ada@example.com', { __proto___: '{"A":1}', constructor: '{"B":2}' }),
  profile('user', 'email', 'broken', { bad: '{oops' }),
];

interface Implementation {
  readonly store: ProfileStore;
  close(): Promise<void>;
}

const implementations: [string, () => Promise<Implementation>][] = [
  [
    'embedded',
    () => {
      const store = new EmbeddedStore(PROFILES);
      return Promise.resolve({ store, close: () => store.close() });
    },
  ],
  [
    'redis, RudderStack hash',
    async () => {
      const server = await startRedis();
      for (const { entity, idType, idValue, models } of PROFILES) {
        await server.client.hset(
          profileKey(OWNER, idOf(entity, idType, idValue)),
          Object.fromEntries(models),
        );
      }
      const client = openRedisClient({
        destinationId: OWNER.destinationId,
        settings: {
          ...PLAIN_REDIS,
          addresses: [{ host: '127.0.0.1', port: server.port }],
        },
        timeoutMs: 1_000,
        logger: createLogger({ level: 'silent' }),
      });
      const store = redisStore(
        client,
        hashOfJson((id) => profileKey(OWNER, id)),
        1_000_000,
      );
      return {
        store,
        async close() {
          await store.close();
          await server.close();
        },
      };
    },
  ],
];

describe.each(implementations)('a profile store: %s', (_, open) => {
  let implementation: Implementation;
  let store: ProfileStore;

  beforeAll(async () => {
    implementation = await open();
    store = implementation.store;
  });
  afterAll(() => implementation.close());

  it('gives one result a read, in their order', async () => {
    const results = await store.read([
      read('user', 'rudder_id', 'a:b:c'),
      read('user', 'email', 'nobody'),
      read('account', 'email', 'ada@example.com'),
      read('user', 'email', 'ada@example.com'),
    ]);
    expect(results.map(textOf)).toEqual([
      '{"user_360":{"N":2}}',
      '{}',
      '{"__proto___":{"A":1},"constructor":{"B":2}}',
      '{"churn_scores":{"C":0.5},"user_360":{"N":1.0}}',
    ]);
  });

  it('reads nothing for no reads', async () => {
    expect(await store.read([])).toEqual([]);
  });

  it('gives only the models asked for', async () => {
    const [result] = await store.read([read('user', 'email', 'ada@example.com', ['absent', 'user_360'])]);
    expect(result && textOf(result)).toBe('{"user_360":{"N":1.0}}');
  });

  it('hands on text that is not JSON; the profile says so to who needs it', async () => {
    const [result] = await store.read([read('user', 'email', 'broken')]);
    expect(result).toBeInstanceOf(StoredProfile);
    expect(() => result && textOf(result)).toThrow('The value stored for model "bad" is not JSON');
  });

  it('can answer now', async () => {
    await expect(store.check()).resolves.toBeUndefined();
  });
});

function profile(
  entity: string,
  idType: string,
  idValue: string,
  models: Record<string, string>,
): EmbeddedProfile {
  return { entity, idType, idValue, models: new Map(Object.entries(models)) };
}

function idOf(entity: string, type: string, value: string) {
  return parseProfileId({ entity, type, value }, NAMES);
}

function read(
  entity: string,
  type: string,
  value: string,
  models: ProfileRead['models'] = 'all',
): ProfileRead {
  return { id: idOf(entity, type, value), models };
}

function textOf(result: Awaited<ReturnType<ProfileStore['read']>>[number]): string {
  return result instanceof StoredProfile ? result.traits().text : result.code;
}
