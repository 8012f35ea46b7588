// `npm run soak -- --minutes 15`: the soak of test/faults/soak.fault.ts, for as long as is asked for. The machine should have
// nothing else to do.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '15' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  process.stderr.write('--minutes takes a number above 0.\n');
  process.exit(1);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const soak = spawn(process.execPath, [vitest, 'run', '--project', 'faults', 'test/faults/soak.fault.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SOAK_MINUTES: String(minutes) },
});
soak.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
