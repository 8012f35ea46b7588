/** docs/client.md as one program: its blocks compile as a user's code would, run against the demo, and print what it says. */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');

let demo: GatewayProcess;
let port: number;
let folder: string;

beforeAll(async () => {
  // Within the package, so that its name leads to it, as it does where it is installed.
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'test-results/guide-'));
  port = await freePort();
  demo = startGatewayProcess(['demo'], { env: { PORT: String(port) } });
  await demo.waitFor(/Ctrl-C/);
});
afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('the guide of the client compiles, runs and prints what it says', async () => {
  const blocks = (language: string) =>
    Array.from(
      GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')),
      ([, text]) => text,
    );
  const program = blocks('ts').join('\n').replaceAll('localhost:4000', `localhost:${port}`);
  expect(blocks('ts').length).toBeGreaterThan(6);
  writeFileSync(join(folder, 'guide.ts'), program);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        module: 'NodeNext',
        strict: true,
        types: ['node'],
        skipLibCheck: true,
      },
      files: ['guide.ts'],
    }),
  );
  expect(await run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder)).toBe('');
  expect(await run(join(folder, 'guide.js'))).toBe(blocks('text').join(''));
});

function run(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
