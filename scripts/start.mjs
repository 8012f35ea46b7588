// `npm run demo` and `npm start`: builds the sources, then runs the command line in this very process. Where the compiler is
// not installed, what was built before is run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
const PARENT_CHECK_MS = 250;

if (existsSync(compiler)) {
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

// npm puts a shell between itself and this process, and a shell does not pass signals on: when npm is told to stop, only the
// shell's end tells of it.
const shell = process.ppid;
const watch = setInterval(() => {
  if (process.ppid !== shell) {
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }
}, PARENT_CHECK_MS);
watch.unref();

await import('../dist/main.js');
