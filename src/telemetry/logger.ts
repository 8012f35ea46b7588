import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

/** Structured logs. Never given an error object as it is, a token, an id value or a trait: only named facts. */
export type Logger = PinoLogger;

/** JSON lines on standard output. */
export function createLogger(options: { readonly level?: string } = {}): Logger {
  const { level = 'info' } = options;
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime });
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
