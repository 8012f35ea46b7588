/** A server under measurement, in processes of its own. What it uses is read from /proc: all of it, workers too. */

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

/** Of the kernel's clock that /proc counts in, on every architecture that Node runs on. */
const US_A_TICK = 10_000;
const START_WITHIN_MS = 15_000;
/** Places in /proc/PID/stat behind the name: see proc(5). */
const [PPID, UTIME, STIME] = [1, 11, 12];

/**
 * Logs are written as they would be, and kept by nobody.
 * @returns how a child's streams are set up
 */
const quiet = (...more) => ['ignore', openSync('/dev/null', 'w'), 'inherit', ...more];
const env = (settings) => ({
  ...process.env,
  NODE_ENV: 'production',
  BENCH_SETTINGS: JSON.stringify(settings),
});

/** @param name of a file in servers/; it says where it listens */
export async function startServer(name, settings, execArgv = []) {
  const child = fork(fileURLToPath(new URL(`./servers/${name}.mjs`, import.meta.url)), {
    env: env(settings),
    execArgv,
    stdio: quiet('ipc'),
  });
  const { port } = await answerOf(child);
  return {
    ...described(name, port, child),
    /** @param what `heap` or `loop`: see servers/measured.mjs */
    async ask(what) {
      child.send(what);
      return answerOf(child);
    },
  };
}

/** The gateway as its users run it: its own command, with a configuration file. @param env besides its usual one */
export async function startGateway(configFile, workers, { name = nameOf(workers), env = {} } = {}) {
  const port = await freePort();
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, 'serve', '--config', configFile, '--workers', String(workers)],
    {
      env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...env },
      stdio: quiet(),
    },
  );
  const url = `http://127.0.0.1:${port}/readyz`;
  const until = Date.now() + START_WITHIN_MS;
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > until) {
      throw new Error(`the gateway does not answer ${url}`);
    }
    await sleep(50);
  }
  // The first worker answers before the others do.
  while (familyOf(child.pid).length < workers + 1) {
    await sleep(50);
  }
  await sleep(500);
  return described(name, port, child);
}

function nameOf(workers) {
  return workers === 1 ? 'gateway' : `gateway, ${workers} workers`;
}

function described(name, port, child) {
  return {
    name,
    port,
    usage: () => usageOf(child.pid),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

async function answerOf(child) {
  const failed = new AbortController();
  const ended = once(child, 'exit', { signal: failed.signal }).then(
    ([code]) => {
      throw new Error(`a server ended with ${code}`);
    },
    () => undefined,
  );
  const [answer] = await Promise.race([once(child, 'message', { signal: failed.signal }), ended]);
  failed.abort();
  return answer;
}

/** CPU so far in µs, and the most memory so far in bytes; of the process and its children. */
function usageOf(pid) {
  const sum = { cpuUs: 0, peakBytes: 0 };
  for (const each of familyOf(pid)) {
    const fields = statOf(each);
    sum.cpuUs += (Number(fields[UTIME]) + Number(fields[STIME])) * US_A_TICK;
    sum.peakBytes += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))[1]) * 1024;
  }
  return sum;
}

/** The process and its children; no server here has grandchildren. */
function familyOf(pid) {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return [pid, ...others.filter((each) => Number(statOf(each)?.[PPID]) === pid)];
}

/** @returns undefined where the process has ended meanwhile */
function statOf(pid) {
  try {
    // Fields are counted behind the name, which may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  } catch {
    return undefined;
  }
}
