/** Code that runs in a process of its own, with a standard output that the test chooses. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { endWithThisProcess } from './orphan-guard.js';

export interface CodeProcess {
  readonly child: ChildProcess;
  /** What it has printed to standard error so far. */
  errors(): string;
}

/** @param code a module of JavaScript */
export function startCode(stdout: number | Socket | 'pipe', code: string): CodeProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', stdout, 'pipe'],
  });
  endWithThisProcess(child);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  return { child, errors: () => text };
}
