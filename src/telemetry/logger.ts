import { destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

/** Structured logs. Never given an error object as it is, a token, an id value or a trait: only named facts. */
export type Logger = PinoLogger;

/** How long a line may wait for others, so that one write takes them all: a write a request costs a fifth of the request. */
const FLUSH_MS = 100;
/** Lines wait at most until they are this long together, in bytes. */
const FLUSH_BYTES = 3_072;
/** What a pipe takes whole: the lines of several processes that share one are not mixed. In bytes. */
const WRITE_BYTES = 4_096;
/** Where nobody reads the log, lines past this are dropped: a gateway serves on. In bytes. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * JSON lines on standard output, written within 100 ms, and at the process's end.
 * @param options.worker told in every line: which of several processes wrote it
 */
export function createLogger(
  options: { readonly level?: string; readonly worker?: number | undefined } = {},
): Logger {
  const { level = 'info', worker } = options;
  const output = destination({
    sync: false,
    periodicFlush: FLUSH_MS,
    minLength: FLUSH_BYTES,
    maxWrite: WRITE_BYTES,
    maxLength: MAX_WAITING_BYTES,
  });
  return pino(
    { level, base: worker === undefined ? null : { worker }, timestamp: stdTimeFunctions.isoTime },
    output,
  );
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
