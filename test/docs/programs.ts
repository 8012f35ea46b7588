/**
 * TypeScript blocks: those of a page are one program, from its top to its end, which prints what the blocks in between say. A block
 * with `file` is a module of its own that the program may import.
 */

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './page.js';
import { ROOT } from './world.js';

const PROGRAM = 'program';
const STRICT = {
  target: 'ES2023',
  module: 'NodeNext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
};

export interface Program {
  /** Where it was written, `World.clone`. */
  readonly folder: string;
  /** Empty where the page has none to run. */
  readonly text: string;
  readonly prints: string;
}

/** Writes the code of a page. @param adapt puts in the ports of the test */
export function writeProgram({ blocks }: Page, folder: string, adapt: (text: string) => string): Program {
  const text: string[] = [];
  const prints: string[] = [];
  let isAfterCode = false;
  for (const block of blocks) {
    const code = adapt(`${block.remarks.get('given') ?? ''}\n${block.text}\n`);
    const file = block.remarks.get('file');
    if (block.language === 'ts' && !block.remarks.has('not run')) {
      if (file === undefined) {
        text.push(code);
        isAfterCode = true;
      } else {
        writeFileSync(join(folder, file), code);
      }
    } else if (block.language === 'text' && isAfterCode) {
      prints.push(`${block.text}\n`);
    } else {
      isAfterCode = false;
    }
  }
  if (text.length > 0) {
    writeFileSync(join(folder, `${PROGRAM}.ts`), `${text.join('')}\nexport {};\n`);
  }
  return { folder, text: text.join(''), prints: prints.join('') };
}

/** All code of all pages at once. @returns what the compiler says, by folder */
export async function compilePrograms(folder: string, files: readonly string[]): Promise<string> {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: STRICT, files }));
  const { output } = await run(folder, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder);
  return output;
}

/** @returns what is wrong; undefined where it prints what the page says */
export async function faultOfProgram({ folder, prints }: Program): Promise<string | undefined> {
  const { output } = await run(folder, join(folder, `${PROGRAM}.js`));
  return output === prints ? undefined : `prints\n${output}and the page says\n${prints}`;
}

function run(cwd: string, ...args: readonly string[]): Promise<{ output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd }, (_, stdout, stderr) => resolve({ output: stdout + stderr }));
  });
}
