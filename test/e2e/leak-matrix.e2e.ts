/**
 * Every pair of a credential and a thing, over both faces: what a credential must not read is not in any byte of any answer,
 * and what it may read is. What may be read is told here once more, by hand, and not by the code under test.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { createProfileTokenSigner } from '../../src/access/profile-tokens/sign.js';
import type {
  AccessTokenConfig,
  Config,
  GrantConfig,
  ProfileTokenKeyConfig,
} from '../../src/config/config.js';
import { DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import {
  DESTINATION_ID,
  OTHER_DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const DESTINATIONS = [DESTINATION_ID, OTHER_DESTINATION_ID];
const ENTITIES = ['user', 'account'];
const ID_TYPES = ['email', 'user_id'];
const VALUES = ['ada', 'bob', 'ada:user_id', 'ada%3Auser_id'];
const MODELS = ['user_360', 'user_360.internal', 'marketing', 'x/y:z'];
const TRAITS = ['EMAIL', 'SCORE', 'internal.NOTE', 'Email'];
const KEY: ProfileTokenKeyConfig = {
  kid: 'k',
  algorithm: 'HS256',
  secret: 'a secret of this test alone, long enough',
};

/** One thing that can be read: a trait of a model of a profile. */
interface Thing {
  readonly destination: string;
  readonly entity: string;
  readonly idType: string;
  readonly value: string;
  readonly model: string;
  readonly trait: string;
}

interface Credential {
  readonly name: string;
  readonly token: string;
  /** 200, or how a request for a profile is refused. */
  status(thing: Thing): 200 | 401 | 403;
  /** Where a profile is not refused: whether this of it is seen. */
  sees(thing: Thing): boolean;
}

let redis: RedisServer;
let gateway: TestGateway;
let provider: TestIdentityProvider;
let credentials: readonly Credential[];

const accessTokens: AccessTokenConfig[] = [];

beforeAll(async () => {
  redis = await startRedis();
  provider = await startIdentityProvider();
  await fill();
  credentials = await createCredentials();
  // Every question is a new operation of thousands of characters: where other tests run too, to compile one holds the event loop.
  gateway = await startTestGateway({ redisPort: redis.port, timeoutMs: 2_000, config: configuration() });
});
afterAll(async () => {
  await gateway?.close();
  await provider?.close();
  await redis?.close();
});

function configuration(): Partial<Config> {
  return {
    accessTokens,
    profileTokens: { ...DEFAULT_PROFILE_TOKENS, keys: [KEY] },
    identityProviders: [
      {
        issuer: provider.issuer,
        audience: ['activation-gateway'],
        jwksUri: provider.jwksUri,
        algorithms: ['ES256'],
        grants: [
          { claims: { group: ['marketing'] }, role: 'reader', destinations: ['*'], models: ['marketing'] },
          {
            claims: { verified: ['true'] },
            role: 'viewer',
            destination: DESTINATION_ID,
            entity: 'user',
            ids: { email: 'mail' },
            traits: ['!*.EMAIL'],
          },
        ],
      },
    ],
  };
}

let cases = 0;

describe('a credential', () => {
  it('reads what it was given and not a byte of anything else, whatever is asked, over both faces', async () => {
    for (const credential of credentials) {
      for (const { destination, entity, idType, value } of profiles()) {
        const things = MODELS.flatMap((model) =>
          TRAITS.map((trait) => ({ destination, entity, idType, value, model, trait })),
        );
        await Promise.all([overRest(credential, things), overGraphQL(credential, things)]);
      }
    }
    console.log(`leak matrix: ${credentials.length} credentials, ${cases} cases`);
    expect(cases).toBeGreaterThan(2_000);
  }, 180_000);

  it('that is for one person reads that person as viewer, and nobody else is one', async () => {
    for (const credential of credentials) {
      const { status, text } = await gateway.graphql(
        '{ viewer { profile { traits } } }',
        undefined,
        credential.token,
      );
      const things = profiles().flatMap((profile) =>
        MODELS.flatMap((model) => TRAITS.map((trait) => ({ ...profile, model, trait }))),
      );
      const isViewer = credential.name.startsWith('one person');
      expect(status).toBe(credential.name.startsWith('no credential') ? 401 : 200);
      // Of the one profile that is theirs all that they see, of all others nothing.
      const own = isViewer ? things.filter(({ value, idType }) => value === 'ada' && idType === 'email') : [];
      expectOnly(text, things, (thing) => own.includes(thing) && isSeen(credential, thing), credential.name);
      cases += 1;
    }
  });
});

describe('a catalogue', () => {
  let folder: string;
  let catalogued: TestGateway;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'activation-gateway-leaks-'));
    const catalog = join(folder, 'pb_project.yaml');
    const served = ID_TYPES.map((idType) => `{ id_served: ${idType} }`).join(', ');
    await writeFile(
      catalog,
      `entities: [${ENTITIES.map((name) => `{ name: ${name}, serve_traits: [${served}] }`).join(', ')}]`,
    );
    catalogued = await startTestGateway({
      redisPort: redis.port,
      config: { ...configuration(), catalog },
    });
  });
  afterAll(async () => {
    await catalogued?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('tells each credential what it may read, and names nothing else to it', async () => {
    for (const { name, token, status } of credentials) {
      const opened = ENTITIES.flatMap((entity) => {
        const idTypes = ID_TYPES.filter((idType) =>
          profiles().some(
            (profile) =>
              profile.entity === entity &&
              profile.idType === idType &&
              status({ ...profile, model: '', trait: '' }) === 200,
          ),
        );
        return idTypes.length === 0 ? [] : [{ name: entity, idTypes }];
      });
      const { status: asked, json } = await catalogued.graphql('{ entities { name idTypes } }', {}, token);
      const isNobody = name.startsWith('no credential');
      expect(asked, name).toBe(isNobody ? 401 : 200);
      expect(json, name).toMatchObject(isNobody ? { errors: [{}] } : { data: { entities: opened } });
      cases += 1;

      for (const [entity, idType] of [
        ['orders', 'email'],
        ['user', 'phone'],
        ['account', 'phone'],
      ] as const) {
        const body = { entity, destinationId: DESTINATION_ID, id: { type: idType, value: 'ada' } };
        const rest = await catalogued.post('/v1/activation', body, token);
        const graphql = await catalogued.graphql(
          `{ profile(entity: "${entity}", destinationId: "${DESTINATION_ID}", idType: "${idType}", idValue: "ada") { exists } }`,
          {},
          token,
        );
        for (const { status, text } of [rest, graphql]) {
          expect(isNobody ? [401] : [400, 403], name).toContain(status);
          for (const each of ENTITIES.filter((each) => !opened.some((known) => known.name === each))) {
            expect(text, name).not.toContain(each);
          }
          for (const each of ID_TYPES.filter(
            (each) => !opened.some(({ idTypes }) => idTypes.includes(each)),
          )) {
            expect(text, name).not.toContain(each);
          }
        }
        cases += 2;
      }
    }
  }, 60_000);
});

describe('the parts of a key', () => {
  it.each([
    // Each would be somebody's key, were the parts put together as they are.
    ['user:email', 'ada', 'x'],
    ['user', 'email:ada', 'x'],
    ['user', 'email:', 'ada'],
    ['user:', 'email', 'ada'],
    [':user', 'email', 'ada'],
    ['user\u0000', 'email', 'ada'],
    ['user', 'email\n', 'ada'],
    [`${OTHER_DESTINATION_ID}:user`, 'email', 'ada'],
  ])('hold no colon and nothing that is none: %j, %j, %j', async (entity, type, value) => {
    for (const { token } of credentials) {
      const body = { entity, destinationId: DESTINATION_ID, id: { type, value } };
      const { status, text } = await gateway.post('/v1/activation', body, token);
      expect([400, 401]).toContain(status);
      expect(text).not.toContain('marked-');
    }
  });

  it.each([
    'user%3Aemail',
    'user\uff1aemail',
    'user\ua789email',
    'user%00',
    'user&#58;email',
    'user\\u003aemail',
  ])('are taken letter by letter, whatever they may stand for elsewhere: %j', async (entity) => {
    for (const { token } of credentials) {
      const body = { entity, destinationId: DESTINATION_ID, id: { type: 'email', value: 'ada' } };
      const { status, text } = await gateway.post('/v1/activation', body, token);
      expect([200, 401, 403]).toContain(status);
      expect(text).not.toContain('marked-');
    }
  });
});

async function overRest(credential: Credential, things: readonly Thing[]): Promise<void> {
  const [{ destination, entity, idType, value }] = things as [Thing];
  for (const path of ['/v1/activation', '/v2/activation']) {
    const body = { entity, destinationId: destination, id: { type: idType, value } };
    const { status, text } = await gateway.post(path, body, credential.token);
    expect(status, `${credential.name} ${path}`).toBe(statusOf(credential, things));
    expectOnly(text, things, (thing) => isSeen(credential, thing), `${credential.name} ${path}`);
    cases += 1;
  }
}

async function overGraphQL(credential: Credential, things: readonly Thing[]): Promise<void> {
  const [{ destination, entity, idType, value }] = things as [Thing];
  const quoted = JSON.stringify;
  /** What is asked of the profile, and what of it that would be if everything was seen. */
  const asks: (readonly [selection: string, asked: (thing: Thing) => boolean])[] = [
    ['exists models traits', () => true],
    ...MODELS.map(
      (model) => [`traits(models: [${quoted(model)}])`, (thing: Thing) => thing.model === model] as const,
    ),
    ...TRAITS.map(
      (trait) => [`traits(names: [${quoted(trait)}])`, (thing: Thing) => thing.trait === trait] as const,
    ),
    ...things.map(
      ({ model, trait }) =>
        [
          `trait(name: ${quoted(trait)}, model: ${quoted(model)})`,
          (thing: Thing) => thing.model === model && thing.trait === trait,
        ] as const,
    ),
  ];
  const places = `entity: ${quoted(entity)}, destinationId: ${quoted(destination)}`;
  const fields = asks.map(
    ([selection], index) =>
      `a${index}: profile(${places}, idType: ${quoted(idType)}, idValue: ${quoted(value)}) { ${selection} }`,
  );
  const list = `l: profiles(${places}, ids: [{ type: ${quoted(idType)}, value: ${quoted(value)} }]) { models traits }`;
  const { status, json, text } = await gateway.graphql(
    `{ ${fields.join(' ')} ${list} }`,
    undefined,
    credential.token,
  );
  expect(status, credential.name).toBe(statusOf(credential, things));
  expectOnly(text, things, (thing) => isSeen(credential, thing), credential.name);
  const { data } = json as { data?: Record<string, unknown> | null };
  for (const [index, [selection, asked]] of asks.entries()) {
    const answer = JSON.stringify(data?.[`a${index}`] ?? null);
    expectOnly(
      answer,
      things,
      (thing) => asked(thing) && isSeen(credential, thing),
      `${credential.name} ${selection}`,
    );
    cases += 1;
  }
  if (statusOf(credential, things) === 200) {
    const models = MODELS.filter((model) =>
      things.some((thing) => thing.model === model && isSeen(credential, thing)),
    ).sort();
    expect(data, credential.name).toMatchObject({
      a0: { models, exists: models.length > 0 },
      l: [{ models }],
    });
  }
}

/** Every byte of what is not seen is missing, and everything that is seen is there. */
function expectOnly(
  text: string,
  things: readonly Thing[],
  isExpected: (thing: Thing) => boolean,
  what: string,
): void {
  const wrong = things.filter((thing) => text.includes(marker(thing)) !== isExpected(thing));
  expect(wrong, what).toEqual([]);
}

function isSeen(credential: Credential, thing: Thing): boolean {
  return credential.status(thing) === 200 && credential.sees(thing);
}

function statusOf(credential: Credential, [thing]: readonly Thing[]): number {
  return thing === undefined ? 0 : credential.status(thing);
}

function marker({ destination, entity, idType, value, model, trait }: Thing): string {
  const text = [destination, entity, idType, value, model, trait].join('|');
  return `marked-${Buffer.from(text).toString('hex')}-end`;
}

function profiles() {
  return DESTINATIONS.flatMap((destination) =>
    ENTITIES.flatMap((entity) =>
      ID_TYPES.flatMap((idType) => VALUES.map((value) => ({ destination, entity, idType, value }))),
    ),
  );
}

async function fill(): Promise<void> {
  const pipeline = redis.client.pipeline();
  for (const profile of profiles()) {
    const { destination, entity, idType, value } = profile;
    for (const model of MODELS) {
      const traits = Object.fromEntries(TRAITS.map((trait) => [trait, marker({ ...profile, model, trait })]));
      pipeline.hset(
        `${WORKSPACE_ID}:${destination}:${entity}:${idType}:${value}`,
        model,
        JSON.stringify(traits),
      );
    }
  }
  await pipeline.exec();
}

async function createCredentials(): Promise<readonly Credential[]> {
  const everything = { status: () => 200 as const, sees: () => true };
  const forThis = (isGiven: (thing: Thing) => boolean, otherwise: 401 | 403) => (thing: Thing) =>
    isGiven(thing) ? 200 : otherwise;
  const here = forThis(({ destination }) => destination === DESTINATION_ID, 401);

  const list: Credential[] = [
    { name: 'no credential: unknown', token: mintAccessToken(), status: () => 401, sees: () => false },
    { name: 'no credential: not a token', token: 'Bearer', status: () => 401, sees: () => false },
  ];
  const add = (
    name: string,
    grant: GrantConfig | 'admin',
    rules: Omit<Credential, 'name' | 'token'>,
    expiresAt?: Date,
  ) => {
    const token = mintAccessToken();
    const tokenName = `t${accessTokens.length}`;
    const common = { name: tokenName, sha256: hashAccessToken(token), expiresAt };
    accessTokens.push(
      grant === 'admin'
        ? { ...common, role: 'admin' }
        : { ...grant, destinations: grant.destinations ?? [DESTINATION_ID], ...common, role: 'reader' },
    );
    list.push({ name, token, ...rules });
    return tokenName;
  };

  const admin = add('an admin', 'admin', everything);
  add('no credential: an expired admin', 'admin', { status: () => 401, sees: () => false }, new Date(0));
  const reader = add('a reader of a destination', {}, { status: here, sees: () => true });
  add(
    'a reader of destinations by pattern',
    { destinations: ['2X*', `!${OTHER_DESTINATION_ID}`] },
    { status: here, sees: () => true },
  );
  add(
    'a reader of an entity',
    { entities: ['user'] },
    {
      status: (thing) => (here(thing) === 200 ? (thing.entity === 'user' ? 200 : 403) : 401),
      sees: () => true,
    },
  );
  add(
    'a reader of all id types but one',
    { idTypes: ['!email'] },
    {
      status: (thing) => (here(thing) === 200 ? (thing.idType === 'user_id' ? 200 : 403) : 401),
      sees: () => true,
    },
  );
  add(
    'a reader of a model',
    { models: ['user_360'] },
    { status: here, sees: ({ model }) => model === 'user_360' },
  );
  add(
    'a reader of models by pattern',
    { models: ['user_360*', '!*.internal'] },
    {
      status: here,
      sees: ({ model }) => model === 'user_360',
    },
  );
  const narrow = add(
    'a reader of all traits of a model but one',
    { traits: ['user_360.*', '!user_360.EMAIL'] },
    {
      status: here,
      sees: ({ model, trait }) => model === 'user_360' && trait !== 'EMAIL',
    },
  );
  add(
    'a reader of one trait of one model',
    { traits: ['x/y:z.SCORE'] },
    {
      status: here,
      sees: ({ model, trait }) => model === 'x/y:z' && trait === 'SCORE',
    },
  );
  add(
    'a reader of one trait of every model',
    { traits: ['*.SCORE'] },
    {
      status: here,
      sees: ({ trait }) => trait === 'SCORE',
    },
  );
  add(
    'a reader of all but what two readings of a text hide',
    { traits: ['!user_360.internal.*'] },
    {
      status: here,
      // The model user_360.internal, and the traits internal.… of user_360.
      sees: ({ model, trait }) =>
        model !== 'user_360.internal' && !(model === 'user_360' && trait.startsWith('internal.')),
    },
  );
  add('a reader of nothing', { models: ['nothing'] }, { status: here, sees: () => false });
  add('a reader who is denied everything', { traits: ['*.*', '!*.*'] }, { status: here, sees: () => false });

  const sign = (accessToken: string, more: object = {}) =>
    createProfileTokenSigner({ key: KEY, accessToken }).sign({
      destinationId: DESTINATION_ID,
      entity: 'user',
      ids: [{ type: 'email', value: 'ada' }],
      ...more,
    });
  const ada = ({ entity, idType, value }: Thing) =>
    entity === 'user' && idType === 'email' && value === 'ada';
  const adaAlone = (thing: Thing) => (here(thing) === 200 ? (ada(thing) ? 200 : 403) : 401);
  for (const [name, parent, more, sees] of [
    ['one person, of an admin', admin, {}, () => true],
    ['one person, of a reader', reader, {}, () => true],
    [
      'one person, of a narrow reader',
      narrow,
      {},
      (thing) => thing.model === 'user_360' && thing.trait !== 'EMAIL',
    ],
    [
      'one person, of a narrow reader who asked for more',
      narrow,
      { models: ['*'], traits: ['*.*'] },
      (thing) => thing.model === 'user_360' && thing.trait !== 'EMAIL',
    ],
    [
      'one person, narrowed',
      admin,
      { models: ['marketing'], traits: ['*.SCORE'] },
      (thing) => thing.model === 'marketing' && thing.trait === 'SCORE',
    ],
  ] as const satisfies [string, string, object, (thing: Thing) => boolean][]) {
    list.push({ name, token: (await sign(parent, more)).token, status: adaAlone, sees });
  }
  list.push(
    {
      name: 'no credential: a profile token of a token that is no more',
      token: (await sign('gone')).token,
      status: () => 401,
      sees: () => false,
    },
    {
      name: 'a group of the identity provider',
      token: await provider.sign({ group: ['sales', 'marketing'] }),
      status: () => 200,
      sees: ({ model }) => model === 'marketing',
    },
    {
      name: 'one person, of the identity provider',
      token: await provider.sign({ verified: true, mail: 'ada' }),
      status: adaAlone,
      sees: ({ trait }) => trait !== 'EMAIL',
    },
    {
      name: 'no credential: claims that fit nothing',
      token: await provider.sign({ verified: false, mail: 'ada' }),
      status: () => 401,
      sees: () => false,
    },
  );
  return list;
}
