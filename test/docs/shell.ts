/** Shell blocks, as a person would paste them: one terminal a page. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { endWithThisProcess } from '../support/orphan-guard.js';

const TIMEOUT_MS = 20_000;
const POLL_MS = 20;

export interface ShellResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Terminal {
  /** Runs a block to its end. Variables that it sets are there for the next. */
  run(text: string): Promise<ShellResult>;
  /** Starts a block that goes on, in the place of the one before. Resolves with its output once that has the text. @throws where it ends before. */
  serve(text: string, until: string): Promise<string>;
  /** Ends what goes on. */
  close(): Promise<void>;
}

/** @param folder where the terminal is, made by `World.clone` */
export function openTerminal(folder: string, variables: Readonly<Record<string, string>>): Terminal {
  const env = {
    ...process.env,
    ...variables,
    NPM: pathOf('npm'),
    REDIS_CLI: pathOf('redis-cli', 'valkey-cli'),
    NO_UPDATE_NOTIFIER: '1',
    npm_config_offline: 'true',
    PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
  };
  const goingOn: ChildProcess[] = [];
  const endAll = async () => {
    const ends = goingOn.splice(0).map((child) => {
      endGroup(child);
      return exitOf(child);
    });
    await Promise.all(ends);
  };
  const start = (text: string) => {
    const script = `set -ea\n[ -f .variables ] && . ./.variables\n${text}\nexport -p > .variables\n`;
    // A group of its own: what the shell starts ends with it.
    const child = spawn('sh', ['-c', script], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    endWithThisProcess(child);
    return { child, output: outputOf(child) };
  };

  return {
    async run(text) {
      const { child, output } = start(text);
      const timer = setTimeout(() => endGroup(child), TIMEOUT_MS);
      const code = await exitOf(child);
      clearTimeout(timer);
      return { code, ...output };
    },
    async serve(text, until) {
      // A port is for one.
      await endAll();
      const { child, output } = start(text);
      goingOn.push(child);
      const both = () => output.stdout + output.stderr;
      const deadline = Date.now() + TIMEOUT_MS;
      while (!both().includes(until)) {
        if (child.exitCode !== null || Date.now() > deadline) {
          throw new Error(`${JSON.stringify(until)} did not come: ${both()}`);
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      return both();
    },
    close: endAll,
  };
}

function outputOf(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return output;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('close', resolve))
    : Promise.resolve(child.exitCode);
}

function endGroup({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) {
    process.kill(-pid, 'SIGTERM');
  }
}

function pathOf(...names: readonly string[]): string {
  const line = names.map((name) => `command -v ${name}`).join(' || ');
  return execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trim();
}
