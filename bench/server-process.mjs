/** A server under measurement, in a process of its own. */

import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param name of a file in servers/ */
export async function startServer(name, settings) {
  const child = fork(fileURLToPath(new URL(`./servers/${name}.mjs`, import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production', BENCH_SETTINGS: JSON.stringify(settings) },
    execArgv: ['--expose-gc', ...(process.env.BENCH_EXEC_ARGV ?? '').split(' ').filter(Boolean)],
    // Logs are written as they would be, and kept by nobody.
    stdio: ['ignore', openSync('/dev/null', 'w'), 'inherit', 'ipc'],
  });
  const message = (kind) =>
    new Promise((resolve, reject) => {
      const onMessage = (content) => {
        if (content[kind] !== undefined) {
          child.off('message', onMessage);
          resolve(content[kind]);
        }
      };
      child.on('message', onMessage);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    });
  const port = await message('port');
  const ask = (what) => {
    const answer = message('usage');
    child.send(what);
    return answer;
  };
  return {
    name,
    port,
    pid: child.pid,
    usage: () => ask('usage'),
    heap: () => ask('heap'),
    stop() {
      child.removeAllListeners('exit');
      child.kill();
    },
  };
}
