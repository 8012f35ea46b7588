/** A configuration that changes while it is served: all or nothing, without a restart, and without touching what stays. */

import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childProcesses } from '../support/child-processes.js';
import { DESTINATION_ID, OTHER_DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';

/** What is promised. */
const WITHIN = { timeout: 1_000, interval: 10 };
const THIRD_DESTINATION_ID = '2XthirdwBq8LmR5tYx1sVd0Kp6h';
const ADMIN = ['--role', 'admin'];

let redis: RedisServer;
let other: RedisServer;
let served: ServedFiles;
let token: string;

async function start(more = '', files: Readonly<Record<string, string>> = {}): Promise<void> {
  served = await serveFiles(redis.address, more, { files });
  token = await served.createToken('web', ...ADMIN);
  await expect.poll(() => served.ask(token), WITHIN).toBe(200);
}

beforeEach(async () => {
  [redis, other] = await Promise.all([startRedis(), startRedis()]);
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"NAME":"Ada"}' });
  await other.client.hset(`${WORKSPACE_ID}:${OTHER_DESTINATION_ID}:user:email:ada`, {
    m: '{"NAME":"Other"}',
  });
});
afterEach(async () => {
  await served.close();
  await Promise.all([redis.close(), other.close()]);
});

async function configText(): Promise<string> {
  return readFile(served.file, 'utf8');
}

/** Rewrites the configuration in place. */
async function edit(change: (text: string) => string): Promise<void> {
  const text = await configText();
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(served.file, changed);
}

const destination = (id: string, address: string) =>
  `  - { id: ${id}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: 5000, config: { address: "${address}" } }\n`;
const withOther = (text: string) =>
  text.replace('accessTokensFile', `${destination(OTHER_DESTINATION_ID, other.address)}accessTokensFile`);
const withoutOther = (text: string) => text.replace(/^ {2}- \{ id: 2Xother.*\n/m, '');

async function lookUp(
  destinationId: string,
  signal: AbortSignal | null = null,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${served.url}/v1/activation`, {
    signal,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection: 'close' },
    body: JSON.stringify({ entity: 'user', destinationId, id: { type: 'email', value: 'ada' } }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Of one request to each worker in turn; 0 where they do not agree. */
async function statusOf(destinationId: string): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 4 }, () => lookUp(destinationId)));
  const statuses = new Set(answers.map(({ status }) => status));
  return statuses.size === 1 ? (answers[0]?.status ?? 0) : 0;
}

/** Ids of the connections that the gateway has to a Redis. */
async function connections(server: RedisServer): Promise<string[]> {
  const list = String(await server.client.client('LIST'));
  return Array.from(list.matchAll(/^id=(\d+) .*name=activation-gateway /gm), ([, id = '']) => id).sort();
}

describe('destinations', () => {
  it('are added and removed within a second in every worker; the others keep their connections', async () => {
    await start();
    expect(await statusOf(DESTINATION_ID)).toBe(200);
    const before = await connections(redis);
    expect(before).toHaveLength(2);
    expect(await statusOf(OTHER_DESTINATION_ID)).toBe(404);

    await edit(withOther);
    await expect.poll(() => statusOf(OTHER_DESTINATION_ID), WITHIN).toBe(200);
    expect((await lookUp(OTHER_DESTINATION_ID)).text).toContain('Other');
    await served.process.waitFor(
      new RegExp(`"generation":3,"added":\\["${OTHER_DESTINATION_ID}"\\],"changed":\\[\\],"removed":\\[\\]`),
    );

    await edit(withoutOther);
    await expect.poll(() => statusOf(OTHER_DESTINATION_ID), WITHIN).toBe(404);
    await expect.poll(() => connections(other), WITHIN).toEqual([]);
    expect(await connections(redis)).toEqual(before);
  });

  it('that are changed are connected anew, and leave their old connections; the others keep theirs', async () => {
    await start();
    const third = await startRedis();
    try {
      await edit((text) =>
        text.replace(
          'accessTokensFile',
          `${destination(THIRD_DESTINATION_ID, third.address)}accessTokensFile`,
        ),
      );
      await expect.poll(() => statusOf(THIRD_DESTINATION_ID), WITHIN).toBe(200);
      const before = await connections(third);
      expect(before).toHaveLength(2);
      await move();
      expect(await connections(third)).toEqual(before);
    } finally {
      await third.close();
    }
  });

  /** Of the destination from one Redis to the other. */
  async function move(): Promise<void> {
    expect(await statusOf(DESTINATION_ID)).toBe(200);
    await other.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"NAME":"Moved"}' });
    await edit((text) => text.replace(redis.address, other.address));
    await expect.poll(async () => (await lookUp(DESTINATION_ID)).text, WITHIN).toContain('Moved');
    await expect.poll(() => connections(redis), WITHIN).toEqual([]);
    await served.process.waitFor(new RegExp(`"changed":\\["${DESTINATION_ID}"\\]`));
  }

  it('that are removed answer the requests that were under way, by the connection that they began on', async () => {
    await start();
    await edit(withOther);
    await expect.poll(() => statusOf(OTHER_DESTINATION_ID), WITHIN).toBe(200);
    other.pause();
    const underWay = Array.from({ length: 6 }, () => lookUp(OTHER_DESTINATION_ID));
    await sleep(100);
    await edit(withoutOther);
    await served.process.waitFor(new RegExp(`"removed":\\["${OTHER_DESTINATION_ID}"\\]`));
    expect(await statusOf(OTHER_DESTINATION_ID)).toBe(404);
    other.resume();
    for (const { status, text } of await Promise.all(underWay)) {
      expect([status, text]).toEqual([200, expect.stringContaining('Other')]);
    }
    await expect.poll(() => connections(other), WITHIN).toEqual([]);
  });
});

describe('a file that is wrong', () => {
  it('changes nothing, says why and no value, and is taken when it is mended', async () => {
    await start();
    await edit((text) => withOther(text).replace('type: REDIS', 'type: REDIS, tpye: s3cret'));
    await served.process.waitFor(/"mistakes":".*destinations\[0\]\.tpye[^"]*".*the one before is served on/);
    expect(served.process.output()).not.toContain('s3cret');
    expect(await statusOf(OTHER_DESTINATION_ID)).toBe(404);
    expect(await statusOf(DESTINATION_ID)).toBe(200);
    await edit((text) => text.replace(', tpye: s3cret', ''));
    await expect.poll(() => statusOf(OTHER_DESTINATION_ID), WITHIN).toBe(200);
  });

  it('is taken when a file that it names comes after it', async () => {
    await start();
    await edit((text) => text.replace('accessTokensFile: tokens.yaml', 'accessTokensFile: later.yaml'));
    await served.process.waitFor(/the one before is served on/);
    await sleep(1_500);
    await writeFile(join(served.folder, 'later.yaml'), 'accessTokens: []\n');
    await expect.poll(() => served.ask(token), { timeout: 3_000 }).toBe(401);
    // Told once, however often it was read.
    expect(served.process.output().match(/the one before is served on/g)).toHaveLength(1);
  });

  it('does not keep a worker that dies from being started again with what was valid', async () => {
    await start();
    await edit(() => 'destinations: [');
    await served.process.waitFor(/gateway\.yaml is not valid/);
    const [victim = 0] = await childProcesses(served.process.pid);
    process.kill(victim, 'SIGKILL');
    await served.process.waitFor(/"signal":"SIGKILL"/);
    await expect.poll(() => childProcesses(served.process.pid), { timeout: 5_000 }).toHaveLength(2);
    await expect.poll(async () => (await connections(redis)).length, { timeout: 5_000 }).toBe(2);
    expect(await statusOf(DESTINATION_ID)).toBe(200);
    expect(served.process.output().match(/a worker has ended/g)).toHaveLength(1);
  });
});

describe('everything else', () => {
  it('that can change changes: limits, introspection, CORS, GraphiQL, trusted documents', async () => {
    await start('', { 'trusted.json': '{"ping":"{ __typename }"}' });
    const ask = async (body: unknown, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${served.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          connection: 'close',
          ...headers,
        },
        body: JSON.stringify(body),
      });
      return { text: await answer.text(), headers: answer.headers };
    };
    const codeOf = async (body: unknown) => /"code":"(\w+)"/.exec((await ask(body)).text)?.[1];
    const deep = { query: '{ destinations { id } }' };
    expect(await codeOf(deep)).toBeUndefined();
    await edit((text) => `${text}limits: { depth: { max: 1 } }\n`);
    await expect.poll(() => codeOf(deep), WITHIN).toBe('LIMIT_EXCEEDED');

    const origin = 'https://shop.example.com';
    await edit((text) =>
      text.replace('host: 127', `cors: { origins: ["${origin}"] }, graphiql: false, host: 127`),
    );
    await expect
      .poll(async () => (await ask(deep, { origin })).headers.get('access-control-allow-origin'), WITHIN)
      .toBe(origin);
    const page = await fetch(`${served.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);

    await edit((text) => `${text}trustedDocuments: { path: trusted.json }\n`);
    await expect.poll(() => codeOf(deep), WITHIN).toBe('DOCUMENT_NOT_TRUSTED');
    expect(await codeOf({ documentId: 'ping' })).toBeUndefined();
    expect(await codeOf({ documentId: 'pong' })).toBe('PERSISTED_QUERY_NOT_FOUND');
    await writeFile(join(served.folder, 'trusted.json'), '{"pong":"{ __typename }"}');
    await expect.poll(() => codeOf({ documentId: 'pong' }), WITHIN).toBeUndefined();
    expect(await codeOf({ documentId: 'ping' })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('that cannot change is said to need a restart, and the rest is taken', async () => {
    await start();
    await edit((text) => withOther(text).replace(/port: (\d+)/, 'port: 1'));
    await served.process.waitFor(
      /"keys":\["server\.port"\],"msg":"these keys have changed: that needs a restart"/,
    );
    await expect.poll(() => statusOf(OTHER_DESTINATION_ID), WITHIN).toBe(200);
  });

  it('that was counted against a rate stays counted', async () => {
    await start('limits: { rate: { lookups: 20, seconds: 600 } }\n');
    const remaining = async () => {
      const answer = await fetch(`${served.url}/v1/activation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({
          entity: 'user',
          destinationId: DESTINATION_ID,
          id: { type: 'email', value: 'ada' },
        }),
      });
      await answer.text();
      return Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    };
    const first = await remaining();
    await edit(withOther);
    await served.process.waitFor(/"added"/);
    expect(await remaining()).toBe(first - 1);
  });
});

describe('a reload', () => {
  it('is asked for with SIGHUP, too, and says when there is nothing new', async () => {
    await start();
    process.kill(served.process.pid, 'SIGHUP');
    await served.process.waitFor(/"why":"SIGHUP","msg":"the configuration was read again, and is the same"/);
    expect(await served.ask(token)).toBe(200);
  });

  it('comes when the folder that Kubernetes mounts is swapped', async () => {
    await start();
    const mount = join(served.folder, 'mount');
    const version = async (name: string, text: string) => {
      await mkdir(join(mount, name), { recursive: true });
      await writeFile(join(mount, name, 'tokens.yaml'), text);
      await symlink(name, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    const tokens = await readFile(served.tokensFile, 'utf8');
    await version('v1', tokens);
    await symlink('..data/tokens.yaml', join(mount, 'tokens.yaml'));
    await edit((text) =>
      text.replace('accessTokensFile: tokens.yaml', 'accessTokensFile: mount/tokens.yaml'),
    );
    await sleep(1_000);
    expect(await served.ask(token)).toBe(200);
    await version('v2', 'accessTokens: []\n');
    await expect.poll(() => served.ask(token), WITHIN).toBe(401);
    await version('v3', tokens);
    await expect.poll(() => served.ask(token), WITHIN).toBe(200);
  });

  it('is not held up by a worker that hangs, which takes it over once it goes on', async () => {
    await start();
    const tokens = await readFile(served.tokensFile, 'utf8');
    const reloaded = () => served.process.output().match(/the configuration was reloaded/g)?.length ?? 0;
    const before = reloaded();
    const [hanging = 0] = await childProcesses(served.process.pid);
    process.kill(hanging, 'SIGSTOP');
    await writeFile(served.tokensFile, 'accessTokens: []\n');
    await served.process.waitFor(/a worker has not taken over the configuration yet/);
    await writeFile(served.tokensFile, `${tokens}# again\n`);
    await writeFile(served.tokensFile, 'accessTokens: []\n# and gone\n');
    await expect.poll(reloaded, { timeout: 5_000 }).toBeGreaterThan(before);
    process.kill(hanging, 'SIGCONT');
    await expect.poll(() => served.ask(token), { timeout: 5_000 }).toBe(401);
    await writeFile(served.tokensFile, tokens);
    await expect.poll(() => served.ask(token), { timeout: 5_000 }).toBe(200);
  });

  it('comes through while workers count rates in the supervisor, and so does the supervisor when they are killed', async () => {
    await start('limits: { rate: { lookups: 1000000, seconds: 1 } }\n');
    let isRunning = true;
    const callers = Array.from({ length: 16 }, async () => {
      while (isRunning) {
        // One that is killed takes its requests with it, and the connections that were being handed to it.
        await lookUp(DESTINATION_ID, AbortSignal.timeout(2_000)).catch(() => {});
      }
    });
    const tokens = await readFile(served.tokensFile, 'utf8');
    for (let round = 1; round <= 12; round += 1) {
      await writeFile(served.tokensFile, round % 2 === 0 ? tokens : 'accessTokens: []\n');
      // The token itself was the second.
      await served.process.waitFor(new RegExp(`"generation":${round + 2},`));
      if (round % 4 === 0) {
        const [victim = 0] = await childProcesses(served.process.pid);
        process.kill(victim, 'SIGKILL');
        await expect.poll(() => childProcesses(served.process.pid), { timeout: 5_000 }).toHaveLength(2);
      }
    }
    isRunning = false;
    await Promise.all(callers);
    expect(served.process.output()).not.toContain('has not taken over');
    await expect.poll(() => served.ask(token), { timeout: 5_000 }).toBe(200);
  }, 60_000);
});
