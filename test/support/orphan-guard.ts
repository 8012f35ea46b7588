/** Sees to it that no child process outlives the test process, however a test ends. */

import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const children = new Set<ChildProcess>();

/**
 * Kills the child, by its id, when this process exits or is told to end. Vitest ends its workers with SIGTERM, which
 * raises no `exit` event, so the signals are listened to as well. SIGKILL of this process is out of reach.
 */
export function endWithThisProcess(child: ChildProcess): void {
  if (children.size === 0) {
    process.on('exit', killAll);
    for (const signal of SIGNALS) {
      process.on(signal, killAllAndYield);
    }
  }
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (children.size === 0) {
      stopListening();
    }
  });
}

function killAll(): void {
  for (const child of children) {
    child.kill('SIGKILL');
  }
}

/** Once nobody listens, the signal does what it does by default. */
function killAllAndYield(signal: NodeJS.Signals): void {
  killAll();
  stopListening();
  if (process.listenerCount(signal) === 0) {
    process.kill(process.pid, signal);
  }
}

function stopListening(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) {
    process.off(signal, killAllAndYield);
  }
}
