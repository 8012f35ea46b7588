import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DestinationsDocument,
  ManyProfilesDocument,
  PageDocument,
  ProfileDocument,
  type TypedDocumentString,
} from '../generated/graphql.js';
import { freePort } from '../support/free-port.js';
import { type GatewayProcess, runCli, startGatewayProcess } from '../support/gateway-process.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const run = promisify(execFile);
/** Process time from the start to the first answer, in milliseconds. */
const START_BUDGET_MS = 1_500;
const IDLE_MEMORY_MB = 120;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

describe.each([
  ['demo', []],
  ['demo --redis', ['--redis']],
])('%s', (_, option) => {
  let demo: GatewayProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const args = option.length === 0 ? [] : ['--redis', `redis://${redis.address}`];
    demo = startGatewayProcess(['demo', ...args], { env: { PORT: String(port) } });
    await demo.waitFor(/Ctrl-C/);
  });
  afterAll(async () => {
    expect(await demo.stop()).toBe(0);
  });

  it('prints a URL, a token, the destination ID and a curl line that works as pasted', async () => {
    expect(demo.output()).toContain(`http://localhost:${port}/graphql`);
    expect(demo.output()).toMatch(/Access token +agw_\S+\n/);
    expect(demo.output()).toMatch(/Destination ID +\w{27}\n/);
    const line = /^curl .*$/m.exec(demo.output())?.[0] ?? '';
    const { stdout } = await run('sh', ['-c', line]);
    expect(JSON.parse(stdout)).toMatchObject({
      data: { profile: { exists: true, traits: { user_360: { FIRST_NAME: 'Ada' } } } },
    });
  });

  it('answers every example operation, with the types that codegen gives it', async () => {
    const url = `http://127.0.0.1:${port}/graphql`;
    const token = /agw_\S+/.exec(demo.output())?.[0] ?? '';
    const run = <Result, Variables>(operation: TypedDocumentString<Result, Variables>, name: string) =>
      runOperation(url, token, operation, variablesOf<Variables>(name));

    const { profile } = await run(ProfileDocument, '1-profile');
    expect(profile?.exists).toBe(true);
    expect(profile?.traits.user_360?.FIRST_NAME).toBe('Ada');
    const { profiles } = await run(ManyProfilesDocument, '2-many-profiles');
    expect(profiles.map((one) => one?.firstName)).toEqual(['Ada', 'Grace', null]);
    const { visitor, company } = await run(PageDocument, '3-page');
    expect(visitor?.tier).toBe('gold');
    expect(company?.plan).toMatchObject({ NAME: expect.any(String) });
    const { destinations } = await run(DestinationsDocument, '4-destinations');
    expect(destinations).toHaveLength(1);
  });
});

describe('the demo', () => {
  it('gives its first answer within 1.5 s of process time, and holds under 120 MB when idle', async () => {
    const port = await freePort();
    const demo = startGatewayProcess(['demo'], { env: { PORT: String(port) } });
    await demo.waitFor(/Ctrl-C/);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect(cpuMs(demo.pid)).toBeLessThan(START_BUDGET_MS);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(memoryMb(demo.pid)).toBeLessThan(IDLE_MEMORY_MB);
    expect(await demo.stop()).toBe(0);
  });

  it('says what to do when its port is taken, PORT is no port, or the Redis is not there', async () => {
    const port = await freePort();
    const first = startGatewayProcess(['demo'], { env: { PORT: String(port) } });
    await first.waitFor(/Ctrl-C/);
    const second = await runCli(['demo'], { env: { PORT: String(port) } });
    await first.stop();
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining(`Port ${port} is in use`) });
    expect(second.output).toContain('PORT=4001');
    const wrong = await runCli(['demo'], { env: { PORT: 'http' } });
    expect(wrong).toMatchObject({ code: 64, output: expect.stringContaining('PORT must be a whole number') });
    const away = await runCli(
      ['demo', '--redis', `redis://user:hidden-secret@127.0.0.1:${await freePort()}`],
      {
        env: { PORT: '0' },
      },
    );
    expect(away).toMatchObject({ code: 1, output: expect.stringContaining('could not be written') });
    expect(away.output).not.toContain('hidden-secret');
    expect(away.output.trim().split('\n')).toHaveLength(1);
  });
});

/** User and system time of a process so far: fields 14 and 15 of its stat, in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1.024e-3;
}

/** The variables beside an example operation: what a user of it fills in. */
function variablesOf<Variables>(name: string): Variables {
  return JSON.parse(
    readFileSync(new URL(`../../schema/operations/${name}.variables.json`, import.meta.url), 'utf8'),
  );
}

/** @throws when the answer has errors. */
async function runOperation<Result, Variables>(
  url: string,
  token: string,
  operation: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: operation.toString(), variables }),
  });
  const { data, errors }: { data: Result; errors?: unknown } = await response.json();
  expect(errors).toBeUndefined();
  return data;
}
