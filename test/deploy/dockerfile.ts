/** The Dockerfile, as stages of instructions. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const DOCKERFILE = readFileSync(`${ROOT}Dockerfile`, 'utf8');

export interface DockerStep {
  /** In capitals: COPY. */
  readonly keyword: string;
  /** What follows it, on one line. */
  readonly text: string;
}

interface Lines {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

/** From one FROM to the next; the first step is the FROM. */
export type DockerStage = readonly DockerStep[];

/** What comes before the first FROM is left out. */
export function stagesOf(dockerfile: string): DockerStage[] {
  const stages: DockerStep[][] = [];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const step = {
      keyword: instruction.getKeyword(),
      text: textOf(instruction.getRange(), dockerfile),
    };
    if (step.keyword === 'FROM') {
      stages.push([step]);
    } else {
      stages.at(-1)?.push(step);
    }
  }
  return stages;
}

/** Without its keyword, on one line. */
function textOf({ start, end }: Lines, dockerfile: string): string {
  const lines = dockerfile.split('\n').slice(start.line, end.line + 1);
  return lines
    .map((line) => line.replace(/\\$/, '').trim())
    .join(' ')
    .replace(/^\S+\s+/, '');
}

/** The words of an instruction in exec form. @throws where it is in another form. */
export function execForm(text: string): string[] {
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new TypeError(`not in exec form: ${text}`);
  }
  return words;
}

/** What the last instruction of a kind says. @throws where a stage has none. */
export function lastOf(stage: DockerStage, keyword: string): string {
  const step = stage.findLast((each) => each.keyword === keyword);
  if (step === undefined) {
    throw new Error(`no ${keyword}`);
  }
  return step.text;
}
