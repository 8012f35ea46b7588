import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { startIdentityProvider } from '../support/identity-provider.js';
import { startRedis } from '../support/redis-server.js';
import { serveFiles } from '../support/served-files.js';

const PASSWORD = 'marked-password-7f3a';
const ID = 'marked-id-value-91c2@example.com';
const TRAIT = 'marked-trait-5d20';

it('no output and no error of a gateway holds a token, a password, an id value or a trait, whatever goes wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-secrets-'));
  const redis = await startRedis({ args: ['--requirepass', PASSWORD] });
  const port = await freePort();
  const token = mintAccessToken();
  const file = join(folder, 'gateway.yaml');
  await writeFile(
    file,
    `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, config: { address: "${redis.address}", password: "\${PASSWORD}" } }
  - { id: wrong, workspaceId: ${WORKSPACE_ID}, type: REDIS, config: { address: "${redis.address}", password: "${PASSWORD}-wrong" } }
accessTokens:
  - { name: all, role: admin, sha256: ${hashAccessToken(token)} }
server: { host: 127.0.0.1, port: ${port} }
`,
  );
  const key = (value: string) => `${WORKSPACE_ID}:${DESTINATION_ID}:user:email:${value}`;
  await redis.client.hset(key(`corrupt-${ID}`), { m: `{"${TRAIT}` });
  await redis.client.set(key(`string-${ID}`), TRAIT);

  const gateway = startGatewayProcess(['serve', '--config', file], { env: { PASSWORD } });
  const answers: string[] = [];
  const ask = async (path: string, body: unknown, authorization = `Bearer ${token}`) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    answers.push(`${answer.status} ${await answer.text()} ${JSON.stringify([...answer.headers])}`);
  };
  const everyWay = async () => {
    for (const destinationId of [DESTINATION_ID, 'wrong', 'unknown']) {
      for (const value of [`corrupt-${ID}`, `string-${ID}`, ID]) {
        await ask('/v1/activation', { entity: 'user', destinationId, id: { type: 'email', value } });
        await ask('/graphql', {
          query: `query ($v: String!) { a: profile(entity: "user", destinationId: "${destinationId}", idType: "email", idValue: $v) { traits } }`,
          variables: { v: value },
        });
      }
    }
    await ask('/v1/activation', `{"entity": "user", "id": {"value": "${ID}"`);
    await ask('/v1/activation', {}, `Bearer ${token}-not-quite`);
  };

  await gateway.waitFor(/"msg":"listening"/);
  await everyWay();
  await redis.stop();
  await everyWay();
  expect(await gateway.stop()).toBe(0);
  await redis.close();
  await rm(folder, { recursive: true, force: true });

  // The run went wrong in the ways it was meant to, and the log says so.
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(
    expect.arrayContaining(['400', '401', '404', '502', '503']),
  );
  expect(gateway.output()).toContain('"reason":"WRONGPASS"');
  for (const secret of [token, PASSWORD, ID, TRAIT]) {
    expect(gateway.output()).not.toContain(secret);
    for (const answer of answers.filter((text) => !text.startsWith('200'))) {
      expect(answer).not.toContain(secret);
    }
  }
}, 60_000);

it('nor does it hold anything of signed tokens, their keys, the audit or what is only measured', async () => {
  const secret = 'marked-signing-secret-0f61-at-least-32-characters';
  const idKey = 'marked-audit-key-77aa';
  const provider = await startIdentityProvider();
  const redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:${ID}`, {
    seen: JSON.stringify({ TRAIT }),
    hidden: JSON.stringify({ TRAIT: 'marked-hidden-trait-31c9' }),
  });
  const served = await serveFiles(
    redis.address,
    `profileTokens: { keys: [{ kid: k, algorithm: HS256, secret: "\${SECRET}" }] }
audit: { idKey: "\${ID_KEY}" }
limits: { aliases: { max: 1, mode: measure }, rate: { lookups: 3, seconds: 60, mode: measure } }
trustedDocuments: { mode: prefer, path: trusted.json }
accessTokenUseFile: use.json
identityProviders:
  - issuer: ${provider.issuer}
    audience: activation-gateway
    jwksUri: ${provider.jwksUri}
    grants: [{ claims: { group: a }, role: viewer, destination: ${DESTINATION_ID}, entity: user, ids: { email: email }, models: ["!hidden"] }]
`,
    { env: { SECRET: secret, ID_KEY: idKey }, files: { 'trusted.json': '{}' } },
  );
  const token = await served.createToken('bff', '--destination', DESTINATION_ID, '--model', '!hidden');
  await expect.poll(() => served.ask(token)).toBe(200);
  const answers: string[] = [];
  const ask = async (path: string, body: unknown, bearer: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(served.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    answers.push(`${answer.status} ${text}`);
    return text;
  };
  const ids = [{ type: 'email', value: ID }];
  const minted = JSON.parse(
    await ask('/v1/profile-tokens', { destinationId: DESTINATION_ID, entity: 'user', ids }, token),
  ) as { token: string };
  const foreign = await provider.sign({ group: 'a', email: ID, sub: 'marked-subject-8d1e' });
  const unfit = await provider.sign({ group: 'b', email: ID });
  const tampered = `${minted.token.slice(0, -4)}AAAA`;
  const bearers = [token, minted.token, tampered, foreign, unfit, `${token}x`];
  const everyWay = async () => {
    for (const bearer of bearers) {
      for (const [entity, type] of [
        ['user', 'email'],
        ['account', 'email'],
        ['user', ID],
        [`${ID}:`, 'email'],
      ]) {
        await ask(
          '/v1/activation',
          { entity, destinationId: DESTINATION_ID, id: { type, value: ID } },
          bearer,
        );
      }
      await ask(
        '/graphql',
        { query: '{ a: viewer { profile { traits } } b: viewer { c: profile { models } } }' },
        bearer,
      );
      await ask('/graphql', { query: `{ unknown(a: "${ID}") }` }, bearer);
      await ask('/graphql', { documentId: ID }, bearer);
      await ask('/graphql', {}, bearer, { origin: `https://${ID.replace('@', '.')}` });
      await ask('/v1/profile-tokens', { destinationId: DESTINATION_ID, entity: 'account', ids }, bearer);
      await fetch(`${served.url}/${ID}?access_token=${bearer}`);
    }
  };
  await everyWay();
  provider.setAway(true);
  await redis.stop();
  await everyWay();
  await writeFile(served.tokensFile, `accessTokens:\n  - { name: x, role: admin, sha256: ${token} }\n`);
  await served.process.waitFor(/the one before is served on/);
  await served.process.stop();
  const use = await readFile(join(served.folder, 'use.json'), 'utf8');
  const output = served.process.output();
  await Promise.all([served.close(), provider.close(), redis.close()]);

  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(
    expect.arrayContaining(['200', '201', '400', '401', '403', '404', '503']),
  );
  for (const told of [
    '"limit":"aliases"',
    '"overLimits":[',
    '"limit":"rate"',
    '"limit":"trustedDocuments"',
    '"ids":["',
  ]) {
    expect(output).toContain(told);
  }
  const signatures = bearers.map((bearer) => bearer.split('.').at(-1) ?? '');
  for (const marked of [...bearers, ...signatures, secret, idKey, ID, TRAIT, 'marked-']) {
    expect(output, marked).not.toContain(marked);
    expect(use).not.toContain(marked);
  }
  for (const answer of answers.filter((text) => !text.startsWith('20'))) {
    for (const marked of [...bearers, secret, idKey, TRAIT]) {
      expect(answer).not.toContain(marked);
    }
  }
  expect(answers.join('\n')).toContain(TRAIT);
  expect(answers.join('\n')).not.toContain('marked-hidden-trait');
}, 60_000);
