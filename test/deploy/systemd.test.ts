/** The unit, by systemd's own checks, and held to what the gateway does. */

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './dockerfile.js';

const run = promisify(execFile);
const UNIT = join(ROOT, 'deploy/systemd/activation-gateway.service');
/** Of 10.0; systemd calls up to 1.9 OK, and its own services have from 2 to 9. */
const MAX_EXPOSURE = '1.5';

let unit: string;
let folder: string;

beforeAll(async () => {
  unit = await readFile(UNIT, 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-systemd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What systemd says of a unit whose program is there. */
async function verify(text: string): Promise<string> {
  const [, program = ''] = /^ExecStart=(\S+)/m.exec(text) ?? [];
  const place = join(folder, program);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, '#!/bin/sh\n');
  await chmod(place, 0o755);
  const file = join(folder, 'activation-gateway.service');
  await writeFile(file, text.replace(program, place));
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', file]).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line.includes('activation-gateway'))
    .join('\n');
}

describe('the systemd unit', () => {
  it('is understood by systemd, word for word', async () => {
    expect(await verify(unit)).toBe('');
    expect(await verify(unit.replace('ProtectSystem=strict', 'ProtectSystem=strictly'))).toContain(
      'strictly',
    );
    expect(await verify(unit.replace('Restart=always', 'Restarts=always'))).toContain('Restarts');
  });

  it('leaves little open, as systemd counts it', async () => {
    const security = (file: string) =>
      run('systemd-analyze', [
        'security',
        '--offline=true',
        `--threshold=${Number(MAX_EXPOSURE) * 10}`,
        file,
      ]);
    await expect(security(UNIT)).resolves.toBeDefined();
    const open = join(folder, 'open.service');
    await writeFile(open, unit.replace(/^(Protect|Private|Restrict|SystemCall|Capability).*\n/gm, ''));
    await expect(security(open)).rejects.toBeDefined();
  });

  it('tells the supervisor alone to stop, and SIGHUP to reload', () => {
    expect(unit).toMatch(/^KillMode=mixed$/m);
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    expect(unit).toMatch(/^Type=exec$/m);
  });
});
