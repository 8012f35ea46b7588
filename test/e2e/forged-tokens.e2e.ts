import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { createProfileTokenSigner } from '../../src/access/profile-tokens/sign.js';
import { DEFAULT_PROFILE_TOKENS } from '../../src/config/defaults.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const pair = pemPair();
const bffPair = pemPair();
const strangerPair = pemPair();
const SECRET = randomBytes(32).toString('hex');
const ADA = { destinationId: DESTINATION_ID, entity: 'user', ids: [{ type: 'email', value: 'ada' }] };
const NOW = Math.floor(Date.now() / 1000);

let redis: RedisServer;
let gateway: TestGateway;
let provider: TestIdentityProvider;
const reader = mintAccessToken();

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"FIRST_NAME":"Ada"}' });
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:42`, {
    m: '{"FIRST_NAME":"Ada, by number"}',
  });
  provider = await startIdentityProvider();
  gateway = await startTestGateway({
    redisPort: redis.port,
    config: {
      accessTokens: [
        {
          name: 'reader',
          sha256: hashAccessToken(reader),
          role: 'reader',
          destinations: [DESTINATION_ID],
          entities: ['user'],
        },
        { name: 'admin', sha256: hashAccessToken(tokens.admin), role: 'admin' },
        { name: 'expired', sha256: hashAccessToken(tokens.expired), role: 'admin', expiresAt: new Date(0) },
        {
          name: 'soon',
          sha256: hashAccessToken(tokens.reader),
          role: 'admin',
          expiresAt: new Date(Date.now() + 60_000),
        },
      ],
      profileTokens: {
        ...DEFAULT_PROFILE_TOKENS,
        maxLifeSeconds: 3_600,
        keys: [
          { kid: 'ours', algorithm: 'EdDSA', privateKey: pair.privateKey },
          { kid: 'bff', algorithm: 'EdDSA', publicKey: bffPair.publicKey, accessToken: 'reader' },
          { kid: 'secret', algorithm: 'HS256', secret: SECRET },
        ],
      },
      identityProviders: [
        {
          issuer: provider.issuer,
          audience: ['activation-gateway'],
          jwksUri: provider.jwksUri,
          algorithms: ['ES256'],
          grants: [{ claims: {}, role: 'admin' }],
        },
      ],
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await provider?.close();
  await redis?.close();
});

async function readsAda(token: string): Promise<number> {
  const { status, text } = await gateway.graphql(
    `{ profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "ada") { traits } }`,
    undefined,
    token,
  );
  expect(text.includes('Ada')).toBe(status === 200);
  return status;
}

/** A profile token as a signer that does not keep to the rules would make it. */
function forge(
  { header = {}, claims = {} }: { header?: object; claims?: object } = {},
  key: Uint8Array | CryptoKey | ReturnType<typeof privateKeyOf> = privateKeyOf(pair.privateKey),
): Promise<string> {
  return new SignJWT({
    azp: 'reader',
    dest: DESTINATION_ID,
    entity: 'user',
    ids: [['email', 'ada']],
    aud: 'activation-gateway',
    jti: 'forged',
    iat: NOW,
    exp: NOW + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'ours', typ: 'profile+jwt', ...header })
    .sign(key);
}

describe('a profile token', () => {
  it('that keeps to the rules is taken, whoever of those who may has signed it', async () => {
    expect(await readsAda(await forge())).toBe(200);
    expect(await readsAda(await forge({ header: { kid: 'bff' } }, privateKeyOf(bffPair.privateKey)))).toBe(
      200,
    );
    expect(
      await readsAda(await forge({ header: { kid: 'secret', alg: 'HS256' } }, Buffer.from(SECRET))),
    ).toBe(200);
  });

  it.each([
    ['expired', { claims: { iat: NOW - 700, exp: NOW - 100 } }],
    ['not yet valid', { claims: { nbf: NOW + 100 } }],
    ['issued in the future', { claims: { iat: NOW + 300, exp: NOW + 900 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a beginning', { claims: { iat: undefined } }],
    ['that lives longer than this gateway allows', { claims: { exp: NOW + 3_700 } }],
    ['for another audience', { claims: { aud: 'another-gateway' } }],
    ['without audience', { claims: { aud: undefined } }],
    ['of another type of JWT', { header: { typ: 'JWT' } }],
    ['without type', { header: { typ: undefined } }],
    ['of a key that is not known', { header: { kid: 'unknown' } }],
    ['without a key ID', { header: { kid: undefined } }],
    ['that claims an issuer', { claims: { iss: 'https://login.example.com/' } }],
    ['of an access token that is not known', { claims: { azp: 'somebody' } }],
    ['of an access token that has expired', { claims: { azp: 'expired' } }],
    ['without an access token', { claims: { azp: undefined } }],
    ['of a prototype', { claims: { azp: '__proto__' } }],
    ['without ids', { claims: { ids: [] } }],
    ['with ids of another shape', { claims: { ids: { type: 'email', value: 'ada' } } }],
    ['with an id that is no text', { claims: { ids: [['email', 7]] } }],
    ['with an empty id', { claims: { ids: [['email', '']] } }],
    [
      'with more ids than one may have',
      { claims: { ids: Array.from({ length: 21 }, () => ['email', 'ada']) } },
    ],
    ['with patterns of another shape', { claims: { traits: 'm.*' } }],
    ['with an empty list of patterns', { claims: { models: [] } }],
    ['without ID', { claims: { jti: undefined } }],
    ['with a critical header that nobody knows', { header: { crit: ['exp'] } }],
  ])('%s is refused', async (_, parts) => {
    // What jose will not sign is put together by hand.
    const token = await forge(parts).catch(() => signByHand(parts));
    expect(await readsAda(token)).toBe(401);
  });

  it('that says it is not signed is refused, however it says so', async () => {
    const [, payload] = (await forge()).split('.');
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      for (const kid of ['ours', 'secret', undefined]) {
        const header = encode({ alg, typ: 'profile+jwt', kid });
        expect(await readsAda(`${header}.${payload}.`)).toBe(401);
        expect(await readsAda(`${header}.${payload}.AA`)).toBe(401);
        expect(await readsAda(`${header}.${payload}`)).toBe(401);
      }
    }
  });

  it('that is signed by a stranger, or by a key under another name, is refused', async () => {
    expect(await readsAda(await forge({}, privateKeyOf(strangerPair.privateKey)))).toBe(401);
    expect(await readsAda(await forge({ header: { kid: 'bff' } }))).toBe(401);
    expect(
      await readsAda(await forge({ header: { kid: 'secret', alg: 'HS256' } }, Buffer.alloc(32, 'x'))),
    ).toBe(401);
  });

  it('that takes a public key for a shared secret is refused', async () => {
    for (const kid of ['ours', 'bff']) {
      for (const secret of [pair.publicKey, pair.publicKey.trim(), bffPair.publicKey]) {
        const header = encode({ alg: 'HS256', typ: 'profile+jwt', kid });
        const [, payload] = (await forge()).split('.');
        const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
        expect(await readsAda(`${header}.${payload}.${signature}`)).toBe(401);
      }
    }
  });

  it('that brings its own key is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const jwk = await exportJWK(publicKey);
    expect(await readsAda(await forge({ header: { kid: 'mine', jwk } }, privateKey))).toBe(401);
    expect(await readsAda(await forge({ header: { kid: 'mine', jku: provider.jwksUri } }, privateKey))).toBe(
      401,
    );
  });

  it('that was changed anywhere is refused', async () => {
    const token = await forge();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = encode({ ...decode(payload), ids: [['email', 'bob']], azp: 'admin' });
    expect(await readsAda([header, other, signature].join('.'))).toBe(401);
    const characters = 'ABCXYZabcxyz0189-_';
    for (let at = 0; at < token.length; at += 7) {
      const changed = characters[(characters.indexOf(token[at] ?? '') + 5) % characters.length] ?? 'A';
      const tampered = token.slice(0, at) + changed + token.slice(at + 1);
      // The last character of a part may hold bits that say nothing.
      const isSame = tampered
        .split('.')
        .every((part, index) =>
          Buffer.from(part, 'base64url').equals(Buffer.from(token.split('.')[index] ?? '', 'base64url')),
        );
      expect(await readsAda(tampered), `changed at ${at}`).toBe(isSame ? 200 : 401);
    }
  });

  it('speaks for no other access token than the one its key is bound to', async () => {
    const bff = privateKeyOf(bffPair.privateKey);
    expect(await readsAda(await forge({ header: { kid: 'bff' }, claims: { azp: 'admin' } }, bff))).toBe(401);
  });

  it('reads no more than its access token, whatever it says', async () => {
    const token = await forge({ claims: { entity: 'account' } });
    const { status, json } = await gateway.graphql(
      `{ profile(entity: "account", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "ada") { traits } }`,
      undefined,
      token,
    );
    expect(status).toBe(403);
    expect(json).toMatchObject({
      errors: [{ message: 'The access token does not open this entity', extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('ends when its access token ends', async () => {
    const minted = await gateway.post(
      '/v1/profile-tokens',
      { ...ADA, expiresInSeconds: 3_000 },
      tokens.reader,
    );
    const { expiresAt } = minted.json as { expiresAt: string };
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000);
  });
});

describe('minting a profile token', () => {
  const mint = (body: object, token = reader) =>
    gateway.post('/v1/profile-tokens', { ...ADA, ...body }, token);

  it('gives a token that reads the one person, by REST and by GraphQL, and ends when it says', async () => {
    const rest = await mint({});
    expect(rest.status).toBe(201);
    const { token, expiresAt } = rest.json as { token: string; expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 600_000)).toBeLessThan(5_000);
    expect(await readsAda(token)).toBe(200);

    const graphql = await gateway.graphql(
      `mutation ($ids: [ProfileIdInput!]!) {
        createProfileToken(destinationId: "${DESTINATION_ID}", entity: "user", ids: $ids, expiresInSeconds: 60) { token expiresAt }
      }`,
      { ids: ADA.ids },
      reader,
    );
    const { data } = graphql.json as { data: { createProfileToken: { token: string; expiresAt: string } } };
    expect(Math.abs(Date.parse(data.createProfileToken.expiresAt) - Date.now() - 60_000)).toBeLessThan(5_000);
    expect(await readsAda(data.createProfileToken.token)).toBe(200);
  });

  it('is a mutation, and so nothing that a GET can do', async () => {
    const query = `mutation { createProfileToken(destinationId: "d", entity: "user", ids: []) { token } }`;
    const answer = await gateway.get(`/graphql?query=${encodeURIComponent(query)}`, {
      authorization: `Bearer ${reader}`,
    });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it.each([
    ['another destination', { destinationId: 'unknown' }, 404, 'Invalid Destination'],
    ['an entity that is not granted', { entity: 'account' }, 403, 'does not open this entity'],
    ['no ids', { ids: [] }, 400, 'ids must be a list of 1 to 20 entries'],
    ['too many ids', { ids: Array.from({ length: 21 }, () => ADA.ids[0]) }, 400, '1 to 20'],
    ['ids that are none', { ids: ['ada'] }, 400, 'ids[0] must be an object with type and value'],
    [
      'an id type with a colon',
      { ids: [{ type: 'email:x', value: 'y' }] },
      400,
      'ids[0].type must not hold a colon',
    ],
    ['an empty id', { ids: [{ type: 'email', value: '' }] }, 400, 'ids[0].value must not be empty'],
    [
      'a life of nothing',
      { expiresInSeconds: 0 },
      400,
      'expiresInSeconds must be a whole number from 1 to 3600',
    ],
    ['a life that is too long', { expiresInSeconds: 3_601 }, 400, 'from 1 to 3600'],
    ['a life that is no number', { expiresInSeconds: '60' }, 400, 'from 1 to 3600'],
    ['patterns that are none', { traits: ['EMAIL'] }, 400, 'traits must be a list of patterns'],
    ['no list of patterns', { models: [] }, 400, 'models must be a list of 1 to 100 entries'],
  ])('is refused for %s', async (_, body, status, message) => {
    const answer = await mint(body);
    expect(answer.status).toBe(status);
    expect((answer.json as { error: string }).error).toContain(message);
  });

  it('is refused to a profile token and to a token of the identity provider', async () => {
    const { token } = (await mint({})).json as { token: string };
    expect((await mint({}, token as typeof reader)).status).toBe(403);
    const foreign = await provider.sign({ sub: 'someone' });
    expect((await mint({}, foreign as typeof reader)).status).toBe(403);
  });

  it('is refused where no key signs, saying so', async () => {
    const without = await startTestGateway({ redisPort: redis.port });
    const answer = await without.post('/v1/profile-tokens', ADA, tokens.admin);
    await without.close();
    expect(answer.status).toBe(501);
    expect((answer.json as { error: string }).error).toContain('profileTokens');
  });
});

describe('viewer', () => {
  const sign = (ids: { type: string; value: string }[]) =>
    createProfileTokenSigner({
      key: { kid: 'ours', algorithm: 'EdDSA', privateKey: pair.privateKey },
      accessToken: 'reader',
    }).sign({ ...ADA, ids });
  const viewer = async (query: string, token: string) =>
    (await gateway.graphql(`{ viewer { ${query} } }`, {}, token)).json;

  it('is the first of the ids that is stored, and the first where none is', async () => {
    const { token, expiresAt } = await sign([
      { type: 'email', value: 'nobody' },
      { type: 'user_id', value: '42' },
    ]);
    expect(
      await viewer('expiresAt profile { id { type value } exists name: trait(name: "FIRST_NAME") }', token),
    ).toEqual({
      data: {
        viewer: {
          expiresAt: expiresAt.toISOString(),
          profile: { id: { type: 'user_id', value: '42' }, exists: true, name: 'Ada, by number' },
        },
      },
    });
    expect(await viewer('profile(idType: "email") { exists traits }', token)).toEqual({
      data: { viewer: { profile: { exists: false, traits: {} } } },
    });
    const nobody = await sign([
      { type: 'email', value: 'nobody' },
      { type: 'user_id', value: '0' },
    ]);
    expect(await viewer('profile { id { type } exists }', nobody.token)).toEqual({
      data: { viewer: { profile: { id: { type: 'email' }, exists: false } } },
    });
    expect(await viewer('profile(idType: "phone") { exists }', token)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('is nobody for a token that is for nobody in particular', async () => {
    expect(await viewer('profile { exists }', reader)).toEqual({ data: { viewer: null } });
  });
});

describe('a token of the identity provider', () => {
  it('is taken, and its keys are fetched once', async () => {
    const before = provider.fetches();
    for (const sub of ['a', 'b', 'c']) {
      expect(await readsAda(await provider.sign({ sub }))).toBe(200);
    }
    expect(provider.fetches() - before).toBeLessThanOrEqual(1);
  });

  it.each([
    ['for another audience', { aud: 'somebody-else' }],
    ['of another issuer', { iss: 'https://login.example.com/' }],
    ['of an issuer that is only alike', { iss: 'http://127.0.0.1/' }],
    ['expired', { exp: NOW - 60 }],
    ['without an end', { exp: undefined }],
    ['not yet valid', { nbf: NOW + 60 }],
  ])('%s is refused', async (_, claims) => {
    expect(await readsAda(await provider.sign(claims))).toBe(401);
  });

  it('that is signed by one of our own keys is refused, and ours by theirs', async () => {
    const ours = await forge({ claims: { iss: provider.issuer }, header: { typ: 'JWT' } });
    expect(await readsAda(ours)).toBe(401);
    const theirs = await provider.sign({
      iss: undefined,
      azp: 'reader',
      dest: DESTINATION_ID,
      entity: 'user',
      ids: [['email', 'ada']],
    });
    expect(await readsAda(theirs)).toBe(401);
  });
});

function pemPair() {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

function privateKeyOf(pem: string) {
  return createPrivateKey(pem);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(text: string): object {
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
}

function signByHand({ header = {}, claims = {} }: { header?: object; claims?: object }): string {
  const head = encode({ alg: 'EdDSA', kid: 'ours', typ: 'profile+jwt', ...header });
  const body = encode({
    azp: 'reader',
    dest: DESTINATION_ID,
    entity: 'user',
    ids: [['email', 'ada']],
    aud: 'activation-gateway',
    jti: 'x',
    iat: NOW,
    exp: NOW + 600,
    ...claims,
  });
  const signature = sign(null, Buffer.from(`${head}.${body}`), privateKeyOf(pair.privateKey)).toString(
    'base64url',
  );
  return `${head}.${body}.${signature}`;
}
