/** Log lines for people: time, level, what happened, and the facts behind it. */

import type { DestinationStream } from 'pino';

const LEVELS: Readonly<Record<number, { readonly name: string; readonly colour: number }>> = {
  10: { name: 'trace', colour: 90 },
  20: { name: 'debug', colour: 90 },
  30: { name: 'info ', colour: 32 },
  40: { name: 'warn ', colour: 33 },
  50: { name: 'error', colour: 31 },
  60: { name: 'fatal', colour: 31 },
};
const GREY = 90;
/** Texts that need no quotes to be told from what is beside them: printable, without spaces, `=` and quotes. */
const PLAIN = /^[!#-<>-~]+$/;
const TIME = /T([\d:.]+)Z$/;

/**
 * @param output where they go
 * @param hasColours whether it shows them
 * @returns takes the JSON lines of a logger
 */
export function readableLines(output: DestinationStream, hasColours: boolean): DestinationStream {
  const paint = (colour: number, text: string) => (hasColours ? `\u001b[${colour}m${text}\u001b[39m` : text);
  return {
    write(line) {
      const { level, time, msg, ...facts }: LoggedLine = JSON.parse(line);
      const { name, colour } = LEVELS[level] ?? { name: String(level), colour: GREY };
      const clock = TIME.exec(time)?.[1] ?? time;
      const told = Object.entries(facts).map(([key, value]) => `${paint(GREY, `${key}=`)}${textOf(value)}`);
      output.write(`${[paint(GREY, clock), paint(colour, name), msg, ...told].join(' ')}\n`);
    },
  };
}

interface LoggedLine {
  readonly level: number;
  /** ISO 8601. */
  readonly time: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

function textOf(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value);
}
