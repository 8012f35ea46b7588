/** The client before servers that follow a script: batches, failures, retries, time. */

import { afterEach, describe, expect, it } from 'vitest';
import { ActivationError, type ClientOptions, createClient } from '../../src/client/index.js';
import {
  answered,
  idsOf,
  type Script,
  type ScriptedServer,
  send,
  startScriptedServer,
} from './scripted-server.js';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(script: Script, options: Partial<ClientOptions> = {}) {
  const server = await startScriptedServer(script);
  servers.push(server);
  const client = createClient({ url: server.url, token: 'secret-token', timeoutMs: 3_000, ...options });
  return { server, client };
}

const of = (idValue: string, more: object = {}) => ({
  entity: 'user',
  destinationId: 'd',
  idType: 'email',
  idValue,
  ...more,
});
const ids = (count: number) => Array.from({ length: count }, (_, at) => ({ type: 'n', value: String(at) }));

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<ActivationError> {
  const error = await promise.then(
    () => new Error('it did not reject'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ActivationError);
  return error as ActivationError;
}

describe('what is asked for in one tick', () => {
  it('is one request, whatever entities, destinations and selections it is about', async () => {
    const { server, client } = await start(answered);
    const [a, b, c, d] = await Promise.all([
      client.profile(of('a')),
      Promise.resolve().then(() => client.profile(of('b', { entity: 'account' }))),
      client.profile(of('c', { destinationId: 'other' })),
      client.profile(of('d', { models: ['m'], names: ['ID'] })),
    ]);
    expect([a, b, c, d].map(({ traits }) => traits.m?.ID)).toEqual(['a', 'b', 'c', 'd']);
    expect(b).toMatchObject({ entity: 'account', destinationId: 'd', id: { type: 'email', value: 'b' } });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.body.variables).toMatchObject({
      m0: null,
      m2: ['m'],
      n2: ['ID'],
    });
    expect(server.received[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('is asked for once, however often', async () => {
    const { server, client } = await start(answered);
    const all = await Promise.all([
      ...Array.from({ length: 5 }, () => client.profile(of('a'))),
      client.profiles({ entity: 'user', destinationId: 'd', ids: [{ type: 'email', value: 'a' }] }),
    ]);
    expect(all).toHaveLength(6);
    expect(server.received.map(idsOf)).toEqual([[[{ type: 'email', value: 'a' }]]]);
  });

  it('is parted into 100 ids a field and 1,000 lookups a request', async () => {
    const { server, client } = await start(answered);
    const profiles = await client.profiles({ entity: 'user', destinationId: 'd', ids: ids(1_250) });
    expect(profiles.map((each) => !(each instanceof ActivationError) && each.traits.m?.ID)).toEqual(
      ids(1_250).map(({ value }) => value),
    );
    const sizes = server.received.map((each) => idsOf(each).map(({ length }) => length));
    expect(sizes.sort((one, other) => other.length - one.length)).toEqual([
      Array(10).fill(100),
      [100, 100, 50],
    ]);
  });

  it('is parted as a gateway with lower limits wants it', async () => {
    const { server, client } = await start(answered, { maxLookups: 30 });
    await client.profiles({ entity: 'user', destinationId: 'd', ids: ids(70) });
    expect(server.received.map((each) => idsOf(each).flat().length).sort()).toEqual([10, 30, 30]);
  });

  it('never makes a body over 1 MiB, and few texts', async () => {
    const { server, client } = await start(answered);
    const long = Array.from({ length: 1_000 }, (_, at) => `${at}${'日'.repeat(500)}`);
    await Promise.all([
      client.profiles({
        entity: 'user',
        destinationId: 'd',
        ids: long.map((value) => ({ type: 'n', value })),
      }),
      ...Array.from({ length: 45 }, (_, at) => client.profile(of('a', { entity: `e${at}` }))),
    ]);
    const bodies = server.received.map(({ headers }) => Number(headers['content-length']));
    expect(Math.max(...bodies)).toBeLessThan(1024 * 1024);
    expect(server.received.flatMap(idsOf).flat()).toHaveLength(1_045);
    expect(Math.max(...server.received.map((each) => idsOf(each).length))).toBeLessThanOrEqual(20);
  });

  it('asks nothing for no ids', async () => {
    const { server, client } = await start(answered);
    expect(await client.profiles({ entity: 'user', destinationId: 'd', ids: [] })).toEqual([]);
    expect(server.received).toHaveLength(0);
  });
});

describe('what is missing and what failed', () => {
  it('are told apart, each lookup for itself', async () => {
    const { client } = await start((_, response) =>
      send(response, 200, {
        data: { f0: [{ exists: false, traits: {} }, null, { exists: true, traits: {} }] },
        errors: [{ message: 'slow', path: ['f0', 1], extensions: { code: 'STORE_TIMEOUT' } }],
      }),
    );
    const [missing, failed, empty] = await client.profiles({
      entity: 'user',
      destinationId: 'd',
      ids: ids(3),
    });
    expect(missing).toMatchObject({ exists: false, traits: {} });
    expect(failed).toBeInstanceOf(ActivationError);
    expect(failed).toMatchObject({ code: 'STORE_TIMEOUT', status: 504, message: 'slow', requestId: 'r-1' });
    expect(empty).toMatchObject({ exists: true });
  });

  it.each([
    ['null without a reason', { data: { f0: [null] } }],
    ['a list that is too short', { data: { f0: [] } }],
    [
      'a list that is too long',
      {
        data: {
          f0: [
            { exists: false, traits: {} },
            { exists: false, traits: {} },
          ],
        },
      },
    ],
    ['no list', { data: { f0: { exists: false, traits: {} } } }],
    ['another field', { data: { f1: [{ exists: false, traits: {} }] } }],
    ['no exists', { data: { f0: [{ traits: {} }] } }],
    ['an exists that is text', { data: { f0: [{ exists: 'false', traits: {} }] } }],
    ['no traits', { data: { f0: [{ exists: false }] } }],
    ['traits that are a list', { data: { f0: [{ exists: false, traits: [] }] } }],
    ['no data and no errors', {}],
    ['data that is null, without errors', { data: null }],
    ['errors that are no list', { errors: 'none' }],
    ['an error without a code', { errors: [{ message: 'oops' }] }],
    ['an error that is text', { errors: ['oops'] }],
    ['a list', []],
    ['null', 'null'],
    ['what is not JSON', '{"data":{"f0":[{"exists":false,"traits":{}}]'],
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['nothing', ''],
  ])('%s is never a missing profile', async (_, body) => {
    const { client } = await start((__, response) => send(response, 200, body));
    expect(await failure(client.profile(of('a')))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      status: 200,
      requestId: 'r-1',
    });
  });

  it.each([404, 500, 502])('an answer with status %i is none', async (status) => {
    const { client } = await start((_, response) =>
      send(response, status, { data: { f0: [{ exists: false, traits: {} }] } }),
    );
    expect(await failure(client.profile(of('a')))).toMatchObject({ code: 'UNEXPECTED_RESPONSE', status });
  });

  it.each([
    { idValue: undefined },
    { idValue: 7 },
    { entity: null },
    { destinationId: {} },
    { models: 'm' },
    { names: [7] },
    { models: null },
  ])('what is not text, as untyped callers send it, fails alone: %j', async (wrong) => {
    const { server, client } = await start(answered);
    const request: ReturnType<typeof of> = JSON.parse(JSON.stringify({ ...of('b'), ...wrong }));
    const [a, b] = await Promise.allSettled([client.profile(of('a')), client.profile(request)]);
    expect(a).toMatchObject({ value: { exists: true } });
    expect(b).toMatchObject({ reason: { code: 'BAD_REQUEST', status: 400 } });
    expect(server.received.map(idsOf)).toEqual([[[{ type: 'email', value: 'a' }]]]);
  });

  it('a code that is not known is told', async () => {
    const { client } = await start((_, response) =>
      send(response, 400, { errors: [{ message: 'x', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }),
    );
    const error = await failure(client.profile(of('a')));
    expect(error.code).toBe('UNEXPECTED_RESPONSE');
    expect(error.message).toContain('GRAPHQL_VALIDATION_FAILED (HTTP 400)');
  });

  it('a field that takes the others along is left out, and they are asked for again', async () => {
    const { server, client } = await start((received, response, place) => {
      if (place === 0) {
        send(response, 404, {
          data: null,
          errors: [{ message: 'Invalid', path: ['f1'], extensions: { code: 'INVALID_DESTINATION' } }],
        });
      } else {
        answered(received, response, place);
      }
    });
    const [a, b, c] = await Promise.allSettled([
      client.profile(of('a')),
      client.profile(of('b', { destinationId: 'nowhere' })),
      client.profile(of('c', { entity: 'account' })),
    ]);
    expect([a, c]).toMatchObject([{ value: { exists: true } }, { value: { exists: true } }]);
    expect(b).toMatchObject({ reason: { code: 'INVALID_DESTINATION', status: 404 } });
    expect(
      server.received.map((each) =>
        idsOf(each)
          .flat()
          .map(({ value }) => value),
      ),
    ).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('a connection that cannot be had, or breaks off in the answer, is UNREACHABLE', async () => {
    const { server, client } = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"data":{"f0":[{"exists":false,"traits":{}}]}');
      setTimeout(() => response.destroy(), 10);
    });
    expect(await failure(client.profile(of('a')))).toMatchObject({
      code: 'UNREACHABLE',
      status: undefined,
      cause: expect.any(TypeError),
    });
    await server.close();
    expect(await failure(client.profile(of('a')))).toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('429 and 503', () => {
  const refused = (code: string) => ({ errors: [{ message: 'later', extensions: { code } }] });

  it.each([
    [429, 'RATE_LIMITED'],
    [503, 'STORE_UNAVAILABLE'],
  ])('%i is asked again, not before Retry-After', async (status, code) => {
    const { server, client } = await start((received, response, place) =>
      place === 0
        ? send(response, status, refused(code), { 'retry-after': '1' })
        : answered(received, response, place),
    );
    expect(await client.profile(of('a'))).toMatchObject({ exists: true });
    const [first, second] = server.received;
    const waited = (second?.at ?? 0) - (first?.at ?? 0);
    expect(waited).toBeGreaterThanOrEqual(995);
    expect(waited).toBeLessThan(1_900);
  });

  it('a date does as well, and a proxy that speaks HTML', async () => {
    const { server, client } = await start((received, response, place) =>
      place === 0
        ? send(response, 503, '<h1>Busy</h1>', { 'retry-after': new Date(Date.now() + 1_500).toUTCString() })
        : answered(received, response, place),
    );
    expect(await client.profile(of('a'))).toMatchObject({ exists: true });
    expect(server.received).toHaveLength(2);
  });

  it('are told at last, with when to come again', async () => {
    const { server, client } = await start(
      (_, response) => send(response, 429, refused('RATE_LIMITED'), { 'retry-after': '0' }),
      { retries: 3 },
    );
    expect(await failure(client.profile(of('a')))).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfterSeconds: 0,
    });
    expect(server.received).toHaveLength(4);
  });

  it('are told at once where the time would be over before', async () => {
    const { server, client } = await start((_, response) =>
      send(response, 503, refused('STORE_UNAVAILABLE'), { 'retry-after': '60' }),
    );
    const before = performance.now();
    expect(await failure(client.profile(of('a')))).toMatchObject({ retryAfterSeconds: 60 });
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(server.received).toHaveLength(1);
  });

  it('are not asked again where retries are 0', async () => {
    const { server, client } = await start(
      (_, response) => send(response, 503, refused('STORE_UNAVAILABLE'), { 'retry-after': '0' }),
      { retries: 0 },
    );
    await failure(client.profile(of('a')));
    expect(server.received).toHaveLength(1);
  });

  it('hold nobody else: what is wrong by itself is told at once', async () => {
    const { server, client } = await start((received, response, place) =>
      place === 0
        ? send(
            response,
            503,
            {
              data: { f0: [null, null] },
              errors: [
                { message: 'away', path: ['f0', 0], extensions: { code: 'STORE_UNAVAILABLE' } },
                { message: 'bad', path: ['f0', 1], extensions: { code: 'BAD_REQUEST' } },
              ],
            },
            { 'retry-after': '1' },
          )
        : answered(received, response, place),
    );
    const before = performance.now();
    const first = client.profile(of('a'));
    expect(await failure(client.profile(of('b')))).toMatchObject({ code: 'BAD_REQUEST' });
    expect(performance.now() - before).toBeLessThan(900);
    expect(await first).toMatchObject({ exists: true });
    expect(idsOf(server.received[1] ?? expect.fail())).toEqual([[{ type: 'email', value: 'a' }]]);
  });

  it.each([400, 401, 403, 404, 500, 502, 504])('%i is not asked again', async (status) => {
    const { server, client } = await start((_, response) =>
      send(response, status, refused('INTERNAL'), { 'retry-after': '0' }),
    );
    await failure(client.profile(of('a')));
    expect(server.received).toHaveLength(1);
  });
});

describe('time', () => {
  it('ends for a server that hangs before or in its answer, and the connection with it', async () => {
    for (const begin of [false, true]) {
      let closed: Promise<void> | undefined;
      const { client } = await start(
        (_, response) => {
          closed = new Promise((resolve) => response.once('close', resolve));
          if (begin) {
            response.writeHead(200, { 'content-type': 'application/json' });
            response.write('{"data":');
          }
        },
        { timeoutMs: 200 },
      );
      const before = performance.now();
      expect(await failure(client.profile(of('a')))).toMatchObject({
        code: 'TIMED_OUT',
        message: 'No answer within 200 ms',
        status: undefined,
      });
      expect(performance.now() - before).toBeLessThan(1_500);
      await closed;
    }
  });

  it('ends for a token that does not come, and for a fetch that knows no signals', async () => {
    const never = () => new Promise<never>(() => {});
    const { client } = await start(answered, { token: never, timeoutMs: 50 });
    expect(await failure(client.profile(of('a')))).toMatchObject({ code: 'TIMED_OUT' });
    const deaf = createClient({ url: '', token: 't', fetch: never, timeoutMs: 50 });
    expect(await failure(deaf.profile(of('a')))).toMatchObject({ code: 'TIMED_OUT' });
  });

  it('ends for one who gives up, and for nobody else', async () => {
    const { server, client } = await start((received, response, place) => {
      setTimeout(() => answered(received, response, place), 150);
    });
    const controller = new AbortController();
    const gaveUp = client.profile({ ...of('a'), signal: controller.signal });
    const same = client.profile({ ...of('a'), signal: new AbortController().signal });
    const other = client.profile(of('b'));
    setTimeout(() => controller.abort(new Error('changed my mind')), 50);
    await expect(gaveUp).rejects.toThrow('changed my mind');
    expect(await Promise.all([same, other])).toMatchObject([{ exists: true }, { exists: true }]);
    expect(server.received).toHaveLength(1);
  });

  it('ends the request when all give up', async () => {
    let closed: Promise<void> | undefined;
    const { client } = await start((_, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
    });
    const signal = AbortSignal.timeout(100);
    const asked = [
      client.profile({ ...of('a'), signal }),
      client.profiles({ entity: 'user', destinationId: 'd', ids: ids(2), signal }),
    ];
    for (const each of asked) {
      await expect(each).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    }
    await closed;
  });

  it('asks nothing for one who gave up before', async () => {
    const { server, client } = await start(answered);
    await expect(client.profile({ ...of('a'), signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const asked = client.profile({ ...of('a'), signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.received).toHaveLength(0);
  });
});

describe('a token', () => {
  it('is asked for before every attempt where it is a function', async () => {
    let calls = 0;
    const { server, client } = await start(
      (received, response, place) =>
        place === 0 ? send(response, 503, '', { 'retry-after': '0' }) : answered(received, response, place),
      {
        token: async () => {
          calls += 1;
          return `token-${calls}`;
        },
      },
    );
    await client.profile(of('a'));
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('that cannot be had is the error of who gives it', async () => {
    const { server, client } = await start(answered, {
      token: () => {
        throw new RangeError('signed out');
      },
    });
    await expect(client.profile(of('a'))).rejects.toThrow(RangeError);
    expect(server.received).toHaveLength(0);
  });

  it('with a line break is refused without being shown', async () => {
    const { client } = await start(answered, { token: 'secret\nx' });
    const error = await client.profile(of('a')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain('secret');
  });
});

describe('wrong options', () => {
  it.each([
    [{ token: '' }, 'createClient: token must be text that is not empty, or a function that gives it'],
    [{ timeoutMs: 0 }, 'createClient: timeoutMs must be a whole number from 1 to 2147483647'],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, 'createClient: timeoutMs must be'],
    [{ retries: -1 }, 'createClient: retries must be a whole number, 0 or more'],
    [{ maxLookups: 0 }, 'createClient: maxLookups must be a whole number, 1 or more'],
  ])('are refused: %j', (options, message) => {
    expect(() => createClient({ url: '', token: 't', ...options })).toThrow(message);
  });
});
