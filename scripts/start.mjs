// `npm run demo` and `npm start`: builds the sources, then runs the command line in this very process, so that a signal sent
// to npm reaches it. Where the compiler is not installed, what was built before is run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;

if (existsSync(compiler)) {
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
await import('../dist/main.js');
