/** examples/migration/compare.mjs finds what differs. The hosted API cannot be asked by a test, so a small server stands for it. */

import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import {
  DESTINATION_ID,
  startTestGateway,
  type TestGateway,
  tokens,
  WORKSPACE_ID,
} from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const SCRIPT = fileURLToPath(new URL('../../examples/migration/compare.mjs', import.meta.url));
const REQUEST = JSON.stringify({
  entity: 'user',
  destinationId: DESTINATION_ID,
  id: { type: 'email', value: 'ada@example.com' },
});

let redis: RedisServer;
let gateway: TestGateway;
let hosted: Server;
let hostedPort: number;
let answer: { readonly status: number; readonly data?: unknown };

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada@example.com`, {
    user_360: '{"FIRST_NAME":"Ada","ADDRESS":{"CITY":"London","COUNTRY":"GB"}}',
    churn: '{"CHURN_30D":0.5}',
  });
  gateway = await startTestGateway({ redisPort: redis.port });
  hostedPort = await freePort();
  hosted = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status).end(JSON.stringify(answer));
  });
  hosted.listen(hostedPort, '127.0.0.1');
});
afterAll(async () => {
  hosted.close();
  await gateway.close();
  await redis.close();
});

it.each([
  [
    'the same in another order',
    200,
    {
      churn: { CHURN_30D: 0.5 },
      user_360: { ADDRESS: { COUNTRY: 'GB', CITY: 'London' }, FIRST_NAME: 'Ada' },
    },
    '1 of 1 answers are the same\n',
  ],
  [
    'a trait and a model that differ, and no value',
    200,
    { user_360: { ADDRESS: { COUNTRY: 'GB', CITY: 'Paris' }, FIRST_NAME: 'Ada' }, old: {} },
    'line 1: trait user_360.ADDRESS differs\nline 1: model old is only there\nline 1: model churn is only here\n0 of 1 answers are the same\n',
  ],
  ['another status', 404, undefined, 'line 1: status 404 there, 200 here\n0 of 1 answers are the same\n'],
])('tells %s', async (_, status, data, told) => {
  answer = { status, data };
  expect(await compare()).toBe(told);
});

function compare(): Promise<string> {
  return new Promise((resolve) => {
    const env = {
      HOSTED_URL: `http://127.0.0.1:${hostedPort}/v1`,
      HOSTED_TOKEN: 'theirs',
      GATEWAY_URL: `${gateway.url}/v1`,
      GATEWAY_TOKEN: tokens.reader,
    };
    const child = execFile(process.execPath, [SCRIPT], { env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end(`${REQUEST}\n`);
  });
}
