import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadTrustedDocuments } from '../../src/graphql/load-trusted-documents.js';
import { exampleOperations } from '../../src/graphql/operations.js';
import { TrustedDocumentsError } from '../../src/graphql/trusted-documents-error.js';
import { startTestGateway, type TestGateway, tokens } from '../support/gateway.js';
import { runCli } from '../support/gateway-process.js';
import { createLogged } from '../support/logged.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const OPERATIONS = fileURLToPath(new URL('../../schema/operations', import.meta.url));
const TRUSTED = 'query Mine { destinations { id } }';
const OTHER = '{ destinations { name } }';

let folder: string;
let redis: RedisServer;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-documents-'));
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});
afterAll(async () => {
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(mode: 'off' | 'prefer' | 'only', logger = createLogged().logger): Promise<TestGateway> {
  const path = join(folder, 'trusted.json');
  await writeFile(path, JSON.stringify({ [sha256(TRUSTED)]: TRUSTED, mine: TRUSTED }));
  const gateway = await startTestGateway({
    redisPort: redis.port,
    logger,
    config: { trustedDocuments: { mode, path } },
  });
  gateways.push(gateway);
  return gateway;
}

const BY_ID = [
  { documentId: sha256(TRUSTED) },
  { documentId: `sha256:${sha256(TRUSTED)}` },
  { documentId: 'mine' },
  { id: 'mine' },
  { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(TRUSTED) } } },
];
const codes = (json: unknown) =>
  (json as { errors?: { extensions: { code: string } }[] }).errors?.map(({ extensions }) => extensions.code);

describe('trusted documents', () => {
  it.each(['prefer', 'only'] as const)(
    'are found by every way to name one, by POST and GET: %s',
    async (mode) => {
      const gateway = await start(mode);
      for (const body of BY_ID) {
        expect((await gateway.post('/graphql', body)).json, JSON.stringify(body)).toMatchObject({
          data: { destinations: [{}] },
        });
      }
      const got = await fetch(`${gateway.url}/graphql?documentId=mine`, {
        headers: { authorization: `Bearer ${tokens.reader}` },
      });
      expect(got.status).toBe(200);
    },
  );

  it.each(['prefer', 'only'] as const)('that are not there are a clear error: %s', async (mode) => {
    const gateway = await start(mode);
    for (const body of [
      { documentId: 'nobody' },
      { documentId: '__proto__' },
      { extensions: { persistedQuery: { sha256Hash: sha256(OTHER) } } },
    ]) {
      const { status, json } = await gateway.post('/graphql', body);
      expect(status).toBe(404);
      expect(codes(json)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    }
  });

  it('are the only ones, where only they are: whatever is sent as text', async () => {
    const gateway = await start('only');
    expect((await gateway.graphql(TRUSTED)).status).toBe(200);
    for (const body of [
      { query: OTHER },
      { query: `${TRUSTED} ` },
      { query: OTHER, documentId: sha256(TRUSTED) },
      { query: OTHER, extensions: { persistedQuery: { sha256Hash: sha256(TRUSTED) } } },
      { query: '{ __schema { types { name } } }' },
      { query: '{ __typename }' },
    ]) {
      const { status, json } = await gateway.post('/graphql', body);
      expect(status, JSON.stringify(body)).toBe(403);
      expect(codes(json)).toEqual(['DOCUMENT_NOT_TRUSTED']);
    }
    for (const body of [{}, { query: null }, { documentId: 7 }]) {
      expect((await gateway.post('/graphql', body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  it('are preferred where others are served too, and those are told to the log', async () => {
    const logged = createLogged();
    const gateway = await start('prefer', logged.logger);
    expect((await gateway.graphql(TRUSTED)).status).toBe(200);
    expect(logged.text()).not.toContain('trustedDocuments');
    expect((await gateway.graphql(OTHER)).status).toBe(200);
    expect(logged.lines()).toContainEqual(
      expect.objectContaining({ limit: 'trustedDocuments', token: 'reader' }),
    );
    // As Apollo's clients do once they were told that a hash is not known.
    const both = { query: OTHER, extensions: { persistedQuery: { version: 1, sha256Hash: sha256(OTHER) } } };
    expect((await gateway.post('/graphql', both)).status).toBe(200);
  });

  it('are none where they are off: an ID names nothing', async () => {
    const gateway = await start('off');
    expect((await gateway.graphql(OTHER)).status).toBe(200);
    for (const body of BY_ID) {
      expect(codes((await gateway.post('/graphql', body)).json)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    }
  });
});

describe('a manifest', () => {
  it('is made of the example operations, and read again', async () => {
    const { code, output } = await runCli(['documents', OPERATIONS]);
    expect(code).toBe(0);
    const path = join(folder, 'made.json');
    await writeFile(path, output);
    const documents = loadTrustedDocuments(path);
    expect([...documents.values()]).toEqual(exampleOperations().map(({ query }) => query));
    expect(documents).toEqual(loadTrustedDocuments(OPERATIONS));
    for (const [id, text] of documents) {
      expect(id).toBe(sha256(text));
    }
  });

  it('may be Apollo’s', async () => {
    const path = join(folder, 'apollo.json');
    await writeFile(
      path,
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'x', body: TRUSTED, name: 'Mine', type: 'query' }],
      }),
    );
    expect(loadTrustedDocuments(path)).toEqual(new Map([['x', TRUSTED]]));
  });

  it.each([
    ['not JSON', 'is not JSON'],
    ['[]', 'is no manifest'],
    ['{"a": 1}', 'is no manifest'],
    ['{"operations": [{"id": "a"}]}', 'is no manifest'],
    ['{"a": "{ "}', 'the document a is not GraphQL'],
  ])('that is none stops the start with a clear error: %s', async (text, message) => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, text);
    expect(() => loadTrustedDocuments(path)).toThrow(TrustedDocumentsError);
    expect(() => loadTrustedDocuments(path)).toThrow(message);
    const { code, output } = await runCli(['documents', path]);
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toContain('    at ');
  });

  it('that is not there stops the start', async () => {
    const file = join(folder, 'gateway.yaml');
    await writeFile(
      file,
      'destinations: [{ id: a, workspaceId: w, type: WEBHOOK }]\ntrustedDocuments: { path: nowhere.json }\n',
    );
    const { code, output } = await runCli(['serve', '--config', file]);
    expect(code).toBe(1);
    expect(output).toContain(`${join(folder, 'nowhere.json')} cannot be read`);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
