/** Runs what can run of the pages' code blocks, and says of each block what became of it. */

import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { isConfiguration, refusalOfConfiguration, VARIABLES } from './configuration.js';
import { faultOfGraphQL } from './graphql.js';
import { faultOfRequest } from './http.js';
import type { Block, Page } from './page.js';
import { compilePrograms, faultOfProgram, type Program, writeProgram } from './programs.js';
import { openTerminal, type Terminal } from './shell.js';
import type { World } from './world.js';

export interface CheckedBlock {
  readonly block: Block;
  /** `drawing`: no code. */
  readonly outcome: 'ran' | 'not run' | 'drawing';
  /** Why it was not run. */
  readonly reason?: string;
  readonly fault?: string;
}

type Verdict = Omit<CheckedBlock, 'block'>;

/** Never run, whatever a page forgets to say. */
const CHANGES_MACHINE = /\b(?:sudo|docker|kubectl|systemctl|apt-get|npm (?:install|publish))\b/;

const RAN: Verdict = { outcome: 'ran' };
const failed = (fault: string): Verdict => ({ outcome: 'ran', fault });
const ranUnless = (fault: string | undefined): Verdict => (fault === undefined ? RAN : failed(fault));

export async function checkBlocks(pages: readonly Page[], world: World): Promise<CheckedBlock[]> {
  const desks = await Promise.all(
    pages.filter(({ blocks }) => blocks.length > 0).map((page) => Desk.open(page, world)),
  );
  const complaints = await compilePrograms(
    world.folder,
    desks.flatMap((desk) => desk.codeFiles()),
  );
  const checked: CheckedBlock[] = [];
  for (const desk of desks) {
    await world.reset();
    checked.push(...(await desk.check(complaints)));
  }
  return checked;
}

/** Where one page is worked through. */
class Desk {
  readonly #page: Page;
  readonly #world: World;
  readonly #folder: string;
  /** For a gateway that the page starts itself. */
  readonly #ownPort: number;
  readonly #terminal: Terminal;
  readonly #program: Program;
  #isServing = false;
  /** Of the block before, where it printed something. */
  #printed: string | undefined;

  static async open(page: Page, world: World): Promise<Desk> {
    return new Desk(page, world, await freePort());
  }

  private constructor(page: Page, world: World, ownPort: number) {
    this.#page = page;
    this.#world = world;
    this.#ownPort = ownPort;
    this.#folder = world.clone();
    this.#terminal = openTerminal(this.#folder, { ...VARIABLES, PORT: String(ownPort) });
    this.#program = writeProgram(page, this.#folder, (text) => this.#withPorts(text));
  }

  codeFiles(): string[] {
    const names = this.#page.blocks.flatMap(({ language, remarks }) =>
      language === 'ts' && remarks.has('file') ? [remarks.get('file') ?? ''] : [],
    );
    return ['program.ts', ...names]
      .map((name) => join(this.#folder, name))
      .filter((file) => existsSync(file));
  }

  async check(complaints: string): Promise<CheckedBlock[]> {
    const checked: CheckedBlock[] = [];
    try {
      for (const block of this.#page.blocks) {
        checked.push({ block, ...(await this.#verdictOf(block)) });
      }
      const fault = await this.#faultOfProgram(complaints);
      const last = checked.findLast(({ block }) => block.language === 'ts');
      if (fault !== undefined && last !== undefined) {
        checked.splice(checked.indexOf(last), 1, { ...last, fault });
      }
    } finally {
      await this.#terminal.close();
    }
    return checked;
  }

  async #verdictOf(block: Block): Promise<Verdict> {
    const { language, remarks } = block;
    const reason = remarks.get('not run');
    if (reason !== undefined) {
      this.#printed = undefined;
      return reason === ''
        ? { outcome: 'not run', fault: 'is not run, and nothing says why' }
        : { outcome: 'not run', reason };
    }
    if (remarks.has('prints')) {
      return ranUnless(this.#faultOfPrint(block.text));
    }
    switch (language) {
      case '':
        return { outcome: 'drawing' };
      case 'sh':
        return this.#runShell(block);
      case 'yaml':
        return this.#checkYaml(block);
      case 'graphql':
        return ranUnless(await faultOfGraphQL(block.text, this.#world.gatewayPort));
      case 'http':
        return ranUnless(await faultOfRequest(block.text, this.#world.gatewayPort));
      case 'json':
        return ranUnless(faultOfJson(block.text));
      case 'ts':
        return RAN;
      case 'text':
        return this.#program.prints.includes(block.text)
          ? RAN
          : failed('is not what some block before prints: say `prints`, or why it is not run');
      default:
        return failed(`nobody knows how to run ${language}: say why it is not run`);
    }
  }

  async #runShell({ text, remarks }: Block): Promise<Verdict> {
    const line = this.#withPorts(text);
    const until = remarks.get('serves');
    if (CHANGES_MACHINE.test(text)) {
      return failed('would change the machine: say why it is not run');
    }
    try {
      if (until !== undefined) {
        this.#printed = await this.#terminal.serve(line, until);
        const isFirst = !this.#isServing;
        this.#isServing = true;
        return ranUnless(isFirst ? await this.#deadLinkToServer() : undefined);
      }
    } catch (error) {
      return failed(String(error));
    }
    const { code, stdout, stderr } = await this.#terminal.run(line);
    this.#printed = stdout;
    if (code !== 0) {
      return failed(`ended with ${code}: ${stdout}${stderr}`);
    }
    // curl is content with whatever answers.
    return /^\{"(?:error|errors)":|"errors":\[/.test(stdout) ? failed(stdout) : RAN;
  }

  /** What a page tells its reader to open is what its first server serves. */
  async #deadLinkToServer(): Promise<string | undefined> {
    for (const { target } of this.#page.links.filter((link) => link.target.includes('localhost:4000'))) {
      const { status } = await fetch(this.#withPorts(target), { headers: { accept: 'text/html' } });
      if (status !== 200) {
        return `${target} answers ${status}`;
      }
    }
    return undefined;
  }

  #checkYaml({ text, remarks }: Block): Verdict {
    if (!isConfiguration(text)) {
      return failed('is no configuration of the gateway: say why it is not run');
    }
    if (remarks.has('wrong')) {
      this.#printed = refusalOfConfiguration(text, {});
      return this.#printed === undefined ? failed('is said to be wrong, and is not') : RAN;
    }
    const refusal = refusalOfConfiguration(text);
    const file = remarks.get('file');
    if (file !== undefined && refusal === undefined) {
      const own = /^server:/m.test(text) ? '' : `\nserver: { host: 127.0.0.1, port: ${this.#ownPort} }\n`;
      writeFileSync(join(this.#folder, file), this.#withPorts(text) + own);
    }
    return ranUnless(refusal);
  }

  #faultOfPrint(expected: string): string | undefined {
    const printed = this.#printed;
    if (printed === undefined) {
      return 'is to be what the block before prints, and that was not run';
    }
    const said = this.#withoutPorts(printed);
    const pattern = expected.split('…').map(escapePattern).join('[^\\n]*');
    const isWhole = !this.#isServing;
    return new RegExp(isWhole ? `^\\s*${pattern}\\s*$` : pattern).test(said)
      ? undefined
      : `what is printed is\n${said}`;
  }

  async #faultOfProgram(complaints: string): Promise<string | undefined> {
    const mine = complaints.split('\n').filter((line) => line.startsWith(`${basename(this.#folder)}/`));
    if (mine.length > 0) {
      return mine.join('\n');
    }
    return this.#program.text === '' ? undefined : faultOfProgram(this.#program);
  }

  #withPorts(text: string): string {
    const port = this.#isServing ? this.#ownPort : this.#world.gatewayPort;
    return text
      .replaceAll('localhost:4000', `localhost:${port}`)
      .replaceAll('localhost:6379', `localhost:${this.#world.redisPort}`);
  }

  #withoutPorts(text: string): string {
    const port = this.#isServing ? this.#ownPort : this.#world.gatewayPort;
    return text.replaceAll(`:${port}`, ':4000').replaceAll(`:${this.#world.redisPort}`, ':6379');
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function faultOfJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
