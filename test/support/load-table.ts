/** `activation-gateway load` as a user runs it, against a Redis of the test. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESTINATION_ID, WORKSPACE_ID } from './gateway.js';
import { type CliResult, type GatewayProcess, runCli, startGatewayProcess } from './gateway-process.js';

export interface LoadFolder {
  readonly path: string;
  /** Writes a file of the folder and gives its path. */
  write(name: string, content: string | Buffer): Promise<string>;
  /** Runs `load` with a configuration for the Redis. */
  load(args: readonly string[], options?: LoadRun): Promise<CliResult>;
  start(args: readonly string[], options?: LoadRun): Promise<GatewayProcess>;
  /** The arguments that {@link load} gives the command line. */
  commandLine(args: readonly string[]): Promise<string[]>;
  remove(): Promise<void>;
}

export interface LoadRun {
  /** `host:port` of the Redis; that of the folder when left out. */
  readonly address?: string;
  /** On standard input. */
  readonly input?: string | Buffer;
  /** Further lines of the destination's config, and of the destination. */
  readonly config?: string;
  readonly destination?: string;
}

export const KEY_PREFIX = `${WORKSPACE_ID}:${DESTINATION_ID}`;

export async function loadFolder(address: string): Promise<LoadFolder> {
  const path = await mkdtemp(join(tmpdir(), 'activation-gateway-load-'));
  const write = async (name: string, content: string | Buffer) => {
    await writeFile(join(path, name), content);
    return join(path, name);
  };
  const prepare = async (args: readonly string[], run: LoadRun) => {
    await write('gateway.yaml', configuration({ address, ...run }));
    return ['load', '--config', join(path, 'gateway.yaml'), ...args];
  };
  return {
    path,
    write,
    load: async (args, run = {}) => runCli(await prepare(args, run), { cwd: path, ...inputOf(run) }),
    start: async (args, run = {}) =>
      startGatewayProcess(await prepare(args, run), { cwd: path, ...inputOf(run) }),
    commandLine: (args) => prepare(args, {}),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** `--entity user --id-type user_id --model user_360` */
export const INTO_USERS = ['--entity', 'user', '--id-type', 'user_id', '--model', 'user_360'];

function inputOf({ input }: LoadRun): { input?: string | Buffer } {
  return input === undefined ? {} : { input };
}

function configuration({ address, config = '', destination = '' }: LoadRun): string {
  return `destinations:
  - id: ${DESTINATION_ID}
    workspaceId: ${WORKSPACE_ID}
    type: REDIS
${destination}    config:
      address: ${address}
${config}`;
}
