import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Runs a command to its end, in a folder that is made where it is not there.
 * @returns what it wrote to standard output
 * @throws with all that it wrote, where it fails
 */
export async function run(command, args, cwd) {
  await mkdir(cwd, { recursive: true });
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd,
      env: plainEnvironment(),
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    throw new Error(`${[command, ...args].join(' ')} failed:\n${error.stdout}${error.stderr}`, {
      cause: error,
    });
  }
}

/** What `npm run` says about this repository is not said to the npm of the empty folder. */
export function plainEnvironment() {
  const isOfThisRun = (name) => /^npm_(package|lifecycle|config_(local_)?prefix|command|execpath)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfThisRun(name)));
}
