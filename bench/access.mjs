/**
 * What it costs to know who asks and what they may read: CPU of this process per request, in microseconds.
 *
 *   npm run build && node bench/access.mjs
 *
 * One request here is: the Authorization header to a principal, the destination, one id and its models against the grant.
 * The signature of a token that was not seen before is checked once, and told apart.
 */

import { generateKeyPairSync } from 'node:crypto';
import { asAccessToken, hashAccessToken, mintAccessToken } from '../dist/access/access-token.js';
import { createAuthenticator } from '../dist/access/authenticator.js';
import { createKnownTokens } from '../dist/access/known-tokens.js';
import { createProfileTokenIssuer } from '../dist/access/profile-tokens/issue.js';
import { profileTokenKey } from '../dist/access/profile-tokens/signing-key.js';
import { createProfileTokenVerifier } from '../dist/access/profile-tokens/verify.js';

const ROUNDS = 9;
const REQUESTS = 100_000;
const TOKENS = 1_000;
const MODELS = ['user_360', 'marketing'];
const ID = { entity: 'user', type: 'user_id', value: '42' };

const tokens = Array.from({ length: TOKENS }, () => mintAccessToken());
const reader = (token, index) => ({
  name: `t${index}`,
  sha256: hashAccessToken(asAccessToken(token)),
  role: 'reader',
  destinations: ['d1', 'd2'],
  entities: ['user', 'account'],
  idTypes: ['!phone'],
  models: ['user_*', 'marketing', '!*_internal'],
  traits: ['*.*', '!user_360.EMAIL'],
});
const knownTokens = createKnownTokens(tokens.map(reader));

const { privateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const keys = [profileTokenKey({ kid: 'k', algorithm: 'EdDSA', privateKey })];
const rules = { audience: 'activation-gateway', lifeSeconds: 600, maxLifeSeconds: 86_400, keys: [] };
const issuer = createProfileTokenIssuer(rules, keys);
const profileTokens = await Promise.all(
  Array.from({ length: TOKENS }, async (_, index) => {
    const ids = [{ type: 'user_id', value: '42' }];
    const { token } = await issuer.issue(
      { accessToken: `t${index}`, destinationId: 'd1', entity: 'user', ids },
      600,
    );
    return token;
  }),
);
const authenticator = createAuthenticator({
  knownTokens,
  profileTokens: createProfileTokenVerifier(keys, rules),
  identityProviders: [],
  now: Date.now,
});

const opaque = median(await rounds(tokens));
const firstSeen = await perRequest(profileTokens, TOKENS);
const seenBefore = median(await rounds(profileTokens));
process.stdout.write(
  `${JSON.stringify({ opaqueTokenUs: opaque, profileTokenSeenBeforeUs: seenBefore, profileTokenFirstSeenUs: firstSeen, node: process.version })}\n`,
);

async function rounds(list) {
  const figures = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.push(await perRequest(list, REQUESTS));
  }
  // The first rounds warm up.
  return figures.slice(2);
}

async function perRequest(list, requests) {
  let granted = 0;
  // A header is a new string each time, as it comes from a socket.
  const headers = Array.from({ length: requests }, (_, index) =>
    Buffer.from(`Bearer ${list[index % list.length]}`).toString('latin1'),
  );
  const before = process.cpuUsage();
  for (const header of headers) {
    const found = authenticator.authenticate(header);
    const { grant } = found instanceof Promise ? await found : found;
    if (grant.readsDestination('d1') && grant.forbids(ID) === undefined) {
      granted += MODELS.filter((model) => grant.sees(model) !== 'hidden').length > 0 ? 1 : 0;
    }
  }
  const { user, system } = process.cpuUsage(before);
  if (granted !== requests) {
    throw new Error(`${requests - granted} of ${requests} requests were refused`);
  }
  return Math.round(((user + system) / requests) * 100) / 100;
}

function median(figures) {
  return figures.sort((one, other) => one - other)[Math.floor(figures.length / 2)];
}
