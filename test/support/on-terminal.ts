import { spawn } from 'node:child_process';
import { type CliResult, MAIN } from './gateway-process.js';
import { endWithThisProcess } from './orphan-guard.js';

/**
 * Runs a command with a terminal of its own, by util-linux' `script`.
 * @param args of the command line; none needs quotes
 * @param dialogue what it asks, and what is typed then
 */
export function onTerminal(
  args: readonly string[],
  { question, answer }: { readonly question: string; readonly answer: string },
): Promise<CliResult> {
  const command = [process.execPath, MAIN, ...args].join(' ');
  return new Promise((resolve) => {
    const child = spawn('script', ['-qec', command, '/dev/null']);
    endWithThisProcess(child);
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += String(data);
      if (output.includes(question) && child.stdin.writable) {
        child.stdin.end(`${answer}\n`);
      }
    });
    child.once('close', (code) => resolve({ code, output }));
  });
}
