/** A gateway process in front of one Redis, with the files that it is configured by. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from './gateway.js';
import { type CliResult, type GatewayProcess, runCli, startGatewayProcess } from './gateway-process.js';

export interface ServedFiles {
  readonly folder: string;
  /** The configuration. */
  readonly file: string;
  /** The access tokens. */
  readonly tokensFile: string;
  readonly url: string;
  readonly process: GatewayProcess;
  /** Runs a command with this configuration. */
  cli(...args: string[]): Promise<CliResult>;
  /** Makes an access token with the command line, and gives it. */
  createToken(name: string, ...args: string[]): Promise<string>;
  /** The status of requests with a token, to each worker in turn; 0 where they do not agree. */
  ask(token: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param more further lines of the configuration
 * @param surroundings variables that it names, and files beside it
 */
export async function serveFiles(
  redisAddress: string,
  more = '',
  surroundings: {
    readonly env?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly workers?: number;
  } = {},
): Promise<ServedFiles> {
  const { env = {}, files = {}, workers = 2 } = surroundings;
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-served-'));
  const file = join(folder, 'gateway.yaml');
  const tokensFile = join(folder, 'tokens.yaml');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(
    file,
    `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, timeoutMs: 2000, config: { address: "${redisAddress}" } }
accessTokensFile: tokens.yaml
server: { host: 127.0.0.1, port: ${port} }
${more}`,
  );
  await writeFile(tokensFile, '# who may read\naccessTokens: []\n');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
  }
  const process = startGatewayProcess(['serve', '--config', file, '--workers', String(workers)], { env });
  await process.waitFor(/"msg":"listening"/);
  const cli = (...args: string[]) => runCli([...args, '--config', file], { env });
  return {
    folder,
    file,
    tokensFile,
    url,
    process,
    cli,
    async createToken(name, ...args) {
      const { code, output } = await cli('token', 'create', '--name', name, ...args);
      const token = /agw_[\w-]{43}/.exec(output)?.[0];
      if (code !== 0 || token === undefined) {
        throw new Error(output);
      }
      return token;
    },
    async ask(token) {
      const statuses = new Set<number>();
      for (let times = 0; times < 2 * workers; times += 1) {
        statuses.add(await askOnce(`${url}/graphql`, token));
      }
      const [status = 0, ...others] = statuses;
      return others.length === 0 ? status : 0;
    },
    async close() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Over a connection of its own: a worker keeps those it has. */
function askOnce(url: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.on('error', reject);
    asked.end('{"query":"{ __typename }"}');
  });
}
