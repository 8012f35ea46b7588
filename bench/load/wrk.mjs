import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./wrk.lua', import.meta.url));
const run = promisify(execFile);

/**
 * As many requests as the server answers, for some seconds, by a process of its own (wrk, a package of Debian).
 * @throws where a request failed: a server that refuses is fast
 */
export async function load({ port, path, lines, token, connections, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-load-'));
  const file = join(folder, 'bodies');
  writeFileSync(file, `${lines}\n`);
  const args = [
    '-t',
    '1',
    '-c',
    String(connections),
    '-d',
    `${seconds}s`,
    '-s',
    SCRIPT,
    `http://127.0.0.1:${port}`,
    path,
    token,
    file,
  ];
  const { stdout } = await run('wrk', args).finally(() => rmSync(folder, { recursive: true, force: true }));
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? 'null');
  if (result === null || result.failed > 0) {
    throw new Error(`${result?.failed} of ${result?.requests} requests failed: ${stdout}`);
  }
  return result;
}
