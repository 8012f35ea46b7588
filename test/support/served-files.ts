/** A gateway process in front of one Redis, with the files that it is configured by. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  /** The status of a request with a token. */
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
  } = {},
): Promise<ServedFiles> {
  const { env = {}, files = {} } = surroundings;
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-served-'));
  const file = join(folder, 'gateway.yaml');
  const tokensFile = join(folder, 'tokens.yaml');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(
    file,
    `destinations:
  - { id: ${DESTINATION_ID}, workspaceId: ${WORKSPACE_ID}, type: REDIS, config: { address: "${redisAddress}" } }
accessTokensFile: tokens.yaml
server: { host: 127.0.0.1, port: ${port} }
${more}`,
  );
  await writeFile(tokensFile, '# who may read\naccessTokens: []\n');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
  }
  const process = startGatewayProcess(['serve', '--config', file], { env });
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
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ __typename }"}',
      });
      await answer.text();
      return answer.status;
    },
    async close() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
