/** The built command line as a process of its own, as a user starts it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from './orphan-guard.js';
import { makePipe } from './pipe.js';

/** The command line, built. */
export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const OUTPUT_TIMEOUT_MS = 15_000;

export interface GatewayProcess {
  readonly pid: number;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Resolves with the match once the output has one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends SIGTERM without waiting. */
  terminate(): void;
  /** Resolves with the exit code, null when a signal ended it. */
  exit(): Promise<number | null>;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** On standard input, which is closed behind it; nothing when left out. */
  readonly input?: string | Buffer;
  /** Which lines of its output are kept; all of them when left out. Under load it writes more in minutes than a string can hold. */
  readonly keeps?: (line: string) => boolean;
}

export function startGatewayProcess(args: readonly string[], options: ProcessOptions = {}): GatewayProcess {
  const pipes = [makePipe(), makePipe()];
  const readers = pipes.map((pipe) => pipe.read());
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', ...pipes.map(({ writeEnd }) => writeEnd)],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  for (const { writeEnd } of pipes) {
    closeSync(writeEnd);
  }
  endWithThisProcess(child);
  child.stdin?.end(options.input);

  let output = '';
  const { keeps } = options;
  for (const reader of readers) {
    const take = keeps === undefined ? (text: string) => text : linesThat(keeps);
    reader.on('data', (data: Buffer) => {
      output += take(String(data));
    });
  }
  const exit = Promise.all([once(child, 'exit'), ...readers.map((reader) => once(reader, 'close'))]).then(
    ([[code]]) => code,
  );
  return {
    pid: child.pid ?? 0,
    output: () => output,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => give(new Error(`${pattern} did not come in: ${output}`)),
          OUTPUT_TIMEOUT_MS,
        );
        const look = () => {
          const match = pattern.exec(output);
          if (match !== null) {
            give(match);
          }
        };
        const give = (result: RegExpExecArray | Error) => {
          clearTimeout(timer);
          for (const reader of readers) {
            reader.off('data', look);
          }
          result instanceof Error ? reject(result) : resolve(result);
        };
        for (const reader of readers) {
          reader.on('data', look);
        }
        exit.then((code) => give(new Error(`it ended with ${code}: ${output}`)));
        look();
      }),
    terminate: () => void child.kill('SIGTERM'),
    exit: () => exit,
    stop() {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

export interface CliResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], options: ProcessOptions = {}): Promise<CliResult> {
  const child = startGatewayProcess(args, options);
  const code = await child.exit();
  return { code, output: child.output() };
}

/** @returns takes text as it comes, and gives of the lines that it ends those that are kept */
function linesThat(keeps: (line: string) => boolean): (text: string) => string {
  let begun = '';
  return (text) => {
    const lines = `${begun}${text}`.split('\n');
    begun = lines.pop() ?? '';
    return lines
      .filter(keeps)
      .map((line) => `${line}\n`)
      .join('');
  };
}
