/** The OpenAPI document: valid, complete, and true of what the gateway really takes and answers. */

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import { ERROR_STATUS } from '../../src/errors.js';
import { healthRoutes } from '../../src/http/health.js';
import { activationRoutes } from '../../src/rest/activation.js';
import { openApiDocument } from '../../src/rest/openapi/document.js';
import { markup } from '../../src/rest/openapi/markup.js';
import type { Content, Method, Operation } from '../../src/rest/openapi/model.js';
import { profileTokensRoute } from '../../src/rest/profile-tokens.js';
import { seriousFaults } from '../support/accessibility.js';
import { launchChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import {
  type Answer,
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { fixtures, loadFixtureRedis } from '../support/profile-fixtures.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const UNTOLD = [
  'CLIENT_CLOSED_REQUEST',
  'DOCUMENT_NOT_TRUSTED',
  'NOT_ACCEPTABLE',
  'PERSISTED_QUERY_NOT_FOUND',
];
const TOKENS = {
  valid: tokens.reader,
  unknown: tokens.unknown,
  'other-destination': tokens.otherDestination,
};
const KEY = { kid: 'test', algorithm: 'HS256', secret: 'a-secret-of-the-tests-only-32-bytes!' } as const;

const document = openApiDocument(DEFAULT_PROFILE_TOKENS);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method: method as Method, operation })),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi.json');

let redis: RedisServer;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  gateway = await startTestGateway({
    redisPort: redis.port,
    erase: { linkTraits: {} },
    config: { profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [KEY] } },
  });
});
afterAll(async () => {
  await gateway?.close();
  await redis?.close();
});

/** What is wrong with a body that the document says to be of this content. */
function mistakes({ 'application/json': { schema } }: Content, body: unknown): unknown {
  // References are within the document.
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/')));
  return validate(body) ? [] : validate.errors;
}

function operationAt(path: string, method: Method = 'post'): Operation {
  return document.paths[path]?.[method] ?? expect.fail(`nothing is declared for ${method} ${path}`);
}

/** Sees that an answer is one that is declared, headers included. */
function expectDeclared(path: string, answer: Answer, method: Method = 'post'): void {
  const response =
    operationAt(path, method).responses[answer.status] ??
    expect.fail(`${answer.status} is not declared for ${path}`);
  expect(mistakes(response.content, answer.json), answer.text).toEqual([]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  for (const name of ['x-request-id', 'retry-after', 'www-authenticate', 'allow', 'ratelimit']) {
    if (answer.headers.has(name)) {
      expect(Object.keys(response.headers ?? {}).map((each) => each.toLowerCase())).toContain(name);
    }
  }
}

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document, for anyone', async () => {
    const answer = await gateway.get('/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(answer.text))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(answer.json).toEqual(document);
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('would be refused by the validator if it were wrong', async () => {
    const { paths, ...rest } = document;
    const planted = { ...rest, paths: { ...paths, 'no-slash': { get: {} } } };
    expect(await new Validator().validate(structuredClone(planted))).toMatchObject({ valid: false });
  });

  it('has every route of REST with its methods, and no other', () => {
    const nobody = () => expect.fail('nobody asks');
    const routes = [
      ...activationRoutes(nobody),
      profileTokensRoute(nobody),
      ...healthRoutes({ destinations: [], warmUp: nobody, isStopping: nobody }),
    ];
    expect(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      routes.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`)).sort(),
    );
  });

  it('has every code of REST, with its status and an example of its message', () => {
    const responses = [
      ...operations.flatMap(({ operation }) => Object.entries(operation.responses)),
      ['404', document.components.responses.NotFound ?? expect.fail()] as const,
    ];
    const told = new Map<string, Set<number>>();
    for (const [status, { content }] of responses) {
      for (const code of Object.keys(content['application/json'].examples).filter((name) =>
        /^[A-Z_]+$/.test(name),
      )) {
        told.set(code, (told.get(code) ?? new Set()).add(Number(status)));
      }
    }
    expect(Object.fromEntries([...told].map(([code, statuses]) => [code, [...statuses]]))).toEqual(
      Object.fromEntries(
        Object.entries(ERROR_STATUS)
          .filter(([code]) => !UNTOLD.includes(code))
          .map(([code, status]) => [code, [status]]),
      ),
    );
  });

  it('has examples that are what it says', () => {
    for (const { operation } of operations) {
      const contents = [
        operation.requestBody?.content,
        ...Object.values(operation.responses).map((each) => each.content),
      ];
      for (const content of contents.filter((each) => each !== undefined)) {
        for (const { value } of Object.values(content['application/json'].examples)) {
          expect(mistakes(content, value), JSON.stringify(value)).toEqual([]);
        }
      }
    }
  });
});

describe('what the gateway answers is declared', () => {
  it.each(['/v1/activation', '/v2/activation'])('for all interop cases at %s', async (path) => {
    for (const fixture of fixtures.cases) {
      await redis.client.flushall();
      await loadFixtureRedis(redis.client, fixture);
      const token = fixture.token === null ? null : TOKENS[fixture.token];
      expectDeclared(path, await gateway.post(path, fixture.request, token));
    }
  });

  it('for requests that are wrong before they are read', async () => {
    for (const path of ['/v1/activation', '/v1/profile-tokens']) {
      expectDeclared(path, await gateway.post(path, 'no JSON'));
      expectDeclared(path, await gateway.post(path, {}, null));
      expectDeclared(path, await gateway.post(path, {}, tokens.reader, { 'content-type': 'text/plain' }));
      expectDeclared(path, await gateway.post(path, 'x'.repeat(1024 * 1024 + 1)));
      expectDeclared(path, await gateway.post(path, {}, tokens.reader, { origin: 'https://evil.example' }));
      expectDeclared(path, await gateway.get(path));
    }
  });

  it('for tokens: minted ones, refused ones, and a gateway without a key', async () => {
    const path = '/v1/profile-tokens';
    const [request] = Object.values(
      operationAt(path).requestBody?.content['application/json'].examples ?? {},
    );
    const minted = await gateway.post(path, request?.value);
    expect(minted.status).toBe(201);
    expectDeclared(path, minted);
    const { token } = minted.json as { token: string };
    expectDeclared(path, await gateway.post(path, request?.value, token));
    const other = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'grace' } };
    const forbidden = await gateway.post('/v1/activation', other, token);
    expect(forbidden.status).toBe(403);
    expectDeclared('/v1/activation', forbidden);
    const keyless = await startTestGateway({ redisPort: redis.port });
    const refused = await keyless.post(path, request?.value);
    expect(refused.status).toBe(501);
    expectDeclared(path, refused);
    await keyless.close();
  });

  it('for those who may not erase, and where nobody may', async () => {
    const request = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'a' } };
    const kept = await startTestGateway({ redisPort: redis.port });
    for (const [answer, error] of [
      [await gateway.delete('/v2/activation', request, tokens.reader), 'Only an admin'],
      [await kept.delete('/v2/activation', request, tokens.admin), 'Nothing may be erased'],
    ] as const) {
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(error);
      expectDeclared('/v2/activation', answer, 'delete');
    }
    await kept.close();
  });

  it('for health, with Redis there and with it away, for rates, and for profiles that cannot be read', async () => {
    const lookup = { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'email', value: 'a' } };
    expectDeclared('/healthz', await gateway.get('/healthz'), 'get');
    expectDeclared('/readyz', await gateway.get('/readyz'), 'get');
    const away = await startTestGateway({
      redisPort: await freePort(),
      config: {
        limits: { ...DEFAULT_LIMITS, rate: { lookups: 1, seconds: 60, mode: 'enforce' } },
      },
    });
    const notReady = await away.get('/readyz');
    expect(notReady.status).toBe(503);
    expectDeclared('/readyz', notReady, 'get');
    for (const status of [503, 429]) {
      const answer = await away.post('/v1/activation', lookup);
      expect(answer.status).toBe(status);
      expectDeclared('/v1/activation', answer);
    }
    await away.close();
    await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:a`, { m: 'no JSON' });
    const malformed = await gateway.post('/v1/activation', lookup);
    expect(malformed.status).toBe(502);
    expectDeclared('/v1/activation', malformed);
  });
});

describe('what the gateway takes is declared', () => {
  const name = fc.constantFrom(
    'user',
    '',
    'a:b',
    'a\u0007',
    'a\u0085b',
    'ö'.repeat(128),
    '😀'.repeat(128),
    'x'.repeat(129),
    7,
    null,
    undefined,
  );
  const value = fc.constantFrom('a', '', 'a:b\n', '😀'.repeat(512), 'x'.repeat(513), 0, [], null, undefined);
  const likely = <Item>(good: Item, any: fc.Arbitrary<Item>) =>
    fc.oneof({ arbitrary: fc.constant(good), weight: 3 }, { arbitrary: any, weight: 2 });
  const id: fc.Arbitrary<unknown> = likely<unknown>(
    { type: 'email', value: 'a' },
    fc.oneof(
      fc.record({ type: likely<unknown>('email', name), value: likely<unknown>('a', value) }),
      fc.constantFrom<unknown>(null, undefined, 'email', [], {}),
    ),
  );
  const patterns = fc.oneof(
    fc.constantFrom<unknown>(undefined, null, [], 'user_360', Array(100).fill('a.b'), Array(101).fill('a.b')),
    fc.array(
      fc.constantFrom<unknown>(
        'a',
        'a.b',
        '!a.b',
        '!',
        '!!',
        '',
        '.',
        '!.a',
        'a.',
        '\n',
        '😀'.repeat(256),
        'x.'.repeat(129),
        4,
      ),
      { minLength: 1, maxLength: 3 },
    ),
  );
  const life = fc.constantFrom<unknown>(undefined, null, 1, 0, -1, 1.5, 86_400, 86_401, '60', 60);
  const agrees = (method: 'post' | 'delete', path: string, token: string, bodies: fc.Arbitrary<object>) =>
    fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const content = operationAt(path, method).requestBody?.content ?? expect.fail();
        const sent: unknown = JSON.parse(JSON.stringify(body));
        const answer = await gateway[method](path, body, token);
        expectDeclared(path, answer, method);
        const isDeclared = JSON.stringify(mistakes(content, sent)) === '[]';
        expect(answer.status < 300, `${answer.status} ${answer.text} for ${JSON.stringify(sent)}`).toBe(
          isDeclared,
        );
      }),
      { numRuns: 250 },
    );

  it('for lookups: what fits is answered, and what does not is refused', async () => {
    await redis.client.flushall();
    await agrees(
      'post',
      '/v1/activation',
      tokens.reader,
      fc.record({ destinationId: fc.constant(DESTINATION_ID), entity: likely<unknown>('user', name), id }),
    );
  });

  it('for erasures, which take nothing besides', () => {
    const flag = fc.constantFrom<unknown>(undefined, true, false, null, 'false', 0);
    return agrees(
      'delete',
      '/v2/activation',
      tokens.admin,
      fc.record({
        destinationId: fc.constant(DESTINATION_ID),
        entity: likely<unknown>('user', name),
        id: fc.oneof(
          id,
          fc.array(id, { minLength: 0, maxLength: 2 }),
          fc.constantFrom(
            Array(100).fill({ type: 'n', value: 'a' }),
            Array(101).fill({ type: 'n', value: 'a' }),
          ),
        ),
        dryRun: likely<unknown>(undefined, flag),
        followLinks: likely<unknown>(undefined, flag),
        dryrun: likely<unknown>(undefined, flag),
      }),
    );
  });

  it('for profile tokens', () =>
    agrees(
      'post',
      '/v1/profile-tokens',
      tokens.reader,
      fc.record({
        destinationId: fc.constant(DESTINATION_ID),
        entity: likely<unknown>('user', name),
        ids: likely<unknown>(
          [{ type: 'email', value: 'a' }],
          fc.oneof(
            fc.array(id, { minLength: 0, maxLength: 2 }),
            fc.constantFrom<unknown>(
              undefined,
              'a',
              Array(20).fill({ type: 'n', value: 'a' }),
              Array(21).fill({ type: 'n', value: 'a' }),
            ),
          ),
        ),
        models: likely<unknown>(undefined, patterns),
        traits: likely<unknown>(undefined, patterns),
        expiresInSeconds: likely<unknown>(undefined, life),
      }),
    ));
});

describe('/openapi', () => {
  it('shows every call, path and code, and runs and loads nothing', async () => {
    const browser = await launchChromium();
    const page = await (await browser.newContext({ viewport: { width: 320, height: 640 } })).newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!/^(data:|http:\/\/127\.0\.0\.1)/.test(request.url())) {
        problems.push(request.url());
      }
    });
    await page.goto(`${gateway.url}/openapi`);
    const shown = (await page.textContent('body')) ?? '';
    for (const { path, method, operation } of operations) {
      expect(shown).toContain(`${method.toUpperCase()} ${path}`);
      await page.click(`nav a[href="#${operation.operationId}"]`);
    }
    for (const code of Object.keys(ERROR_STATUS).filter((each) => ![...UNTOLD, 'NOT_FOUND'].includes(each))) {
      expect(shown).toContain(code);
    }
    for (const link of await page.locator('a[href^="#"]').all()) {
      expect(await page.locator((await link.getAttribute('href')) ?? '').count()).toBe(1);
    }
    // On a phone nothing but tables and examples scrolls sideways.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.click('text=openapi.json');
    expect(await page.textContent('body')).toContain('"openapi":"3.1.1"');
    expect(problems).toEqual([]);
    await browser.close();
  });

  it.each(['light', 'dark'] as const)('has no serious fault that axe finds, %s', async (colorScheme) => {
    const browser = await launchChromium();
    const page = await (await browser.newContext({ bypassCSP: true, colorScheme })).newPage();
    await page.goto(`${gateway.url}/openapi`);
    expect(await seriousFaults(page)).toEqual([]);
    await browser.close();
  });

  it('lets no text of the document be markup', () => {
    expect(markup('`<b>"&`<script>')).toBe('<code>&lt;b&gt;&quot;&amp;</code>&lt;script&gt;');
  });
});
