import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { LineGatherer } from './line-gatherer.js';
import { LineWriter } from './line-writer.js';
import { readableLines } from './readable-lines.js';
import { standardOutput } from './standard-output.js';
import { TextLines } from './text-lines.js';

/** Structured logs. Never given an error object as it is, a token, an id value or a trait: only named facts. */
export type Logger = PinoLogger;

const OPENING = Buffer.from('{');

/** Where a logger's lines go, and what each of them begins with. */
const OUTPUTS = new WeakMap<Logger, { readonly output: DestinationStream; readonly base: string }>();

/**
 * Lines on standard output, written within 100 ms, and at the process's end.
 * @param options.level the least that is logged; `info` by default
 * @param options.format JSON, or text for people; by default what standard output is fit for
 * @param options.worker told in every line: which of several processes wrote it
 * @param options.output where the lines go instead
 */
export function createLogger(
  options: {
    readonly level?: string;
    readonly format?: 'auto' | 'json' | 'text';
    readonly worker?: number | undefined;
    readonly output?: DestinationStream;
  } = {},
): Logger {
  const { level = 'info', format = 'auto', worker } = options;
  const lines = options.output ?? standardOutput();
  const isForTerminal = options.output === undefined && process.stdout.isTTY === true;
  const output =
    format === 'text' || (format === 'auto' && isForTerminal)
      ? readableLines(lines, isForTerminal && process.stdout.hasColors())
      : lines;
  const logger = pino(
    { level, base: worker === undefined ? null : { worker }, timestamp: stdTimeFunctions.isoTime },
    output,
  );
  OUTPUTS.set(logger, { output, base: worker === undefined ? '' : `,"worker":${worker}` });
  return logger;
}

/**
 * For the line that every request gets: the same line as `logger.info` writes. pino's way, field by field, takes a tenth of
 * what the request takes.
 * @param message of every line
 * @returns writes the lines: what is written between the beginning and the end of one are members of a JSON object, at least one
 */
export function lineWriter(logger: Logger, message: string): LineWriter {
  const found = OUTPUTS.get(logger);
  if (found === undefined) {
    const output = new TextLines((members) => logger.info(JSON.parse(members), message));
    return new LineWriter(output, { isEnabled: () => true, head: () => OPENING, tail: '}' });
  }
  const { output, base } = found;
  return new LineWriter(
    output instanceof LineGatherer ? output : new TextLines((line) => output.write(line)),
    {
      isEnabled: () => logger.isLevelEnabled('info'),
      head: lineHead(`{"level":${logger.levels.values.info},"time":"`, `"${base},`),
      tail: `,"msg":${JSON.stringify(message)}}\n`,
    },
  );
}

/**
 * @param before the time
 * @param after it
 * @returns gives both with the time that it is now; of it, mostly the milliseconds alone are new
 */
function lineHead(before: string, after: string): () => Buffer {
  let head = OPENING;
  let second = Number.NaN;
  let moment = Number.NaN;
  const millisecondsAt = before.length + '2026-01-01T00:00:00.'.length;
  return () => {
    const now = Date.now();
    if (now !== moment) {
      moment = now;
      const milliseconds = now % 1_000;
      if (now - milliseconds !== second) {
        second = now - milliseconds;
        head = Buffer.from(before + new Date(second).toISOString() + after);
      }
      head.write(String(milliseconds).padStart(3, '0'), millisecondsAt, 'latin1');
    }
    return head;
  };
}

/**
 * What a log may tell of an unexpected error: its kind and where it was thrown. Its message is left out, because
 * libraries put the values they failed on into it.
 */
export function describeError(error: unknown): { readonly error: string; readonly at: string } {
  if (!(error instanceof Error)) {
    return { error: typeof error, at: '' };
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    at: frames
      .slice(0, 5)
      .map((line) => line.trim())
      .join(' < '),
  };
}
