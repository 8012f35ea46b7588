import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashAccessToken, mintAccessToken } from '../../src/access/access-token.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { startRedis } from '../support/redis-server.js';

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
