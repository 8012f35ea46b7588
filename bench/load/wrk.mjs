import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./wrk.lua', import.meta.url));
const run = promisify(execFile);

/**
 * Load for some seconds, by a process of its own (wrk, a package of Debian).
 * @param pauseMs between an answer and the next request of a connection, on average; 0: as fast as the server answers
 * @param mayRefuse whether answers that are no 200 are counted apart instead of being a failure
 * @throws where a request failed: a server that refuses is fast
 */
export async function load({
  port,
  path,
  lines,
  token,
  connections,
  seconds,
  pauseMs = 0,
  mayRefuse = false,
}) {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-load-'));
  const file = join(folder, 'bodies');
  writeFileSync(file, `${lines}\n`);
  const flags = ['--timeout', '10s', '-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', SCRIPT];
  const args = [`http://127.0.0.1:${port}`, path, token, file, String(pauseMs)];
  const { stdout } = await run('wrk', [...flags, ...args]).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? 'null');
  if (result === null || result.failed > 0 || (result.refused > 0 && !mayRefuse)) {
    throw new Error(
      `${result?.failed} and ${result?.refused} of ${result?.requests} requests failed: ${stdout}`,
    );
  }
  return {
    requests: result.requests,
    requestsPerSecond: (result.requests - result.refused) / (result.durationUs / 1e6),
    ...(mayRefuse ? { refusedPerSecond: result.refused / (result.durationUs / 1e6) } : {}),
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
  };
}
