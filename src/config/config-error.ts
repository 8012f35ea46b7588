/** One thing that is wrong in a configuration file. */
export interface Mistake {
  /** `destinations[0].config.address`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what would be right; never a value of the file. */
  readonly message: string;
}

/** A configuration cannot be used. Its message may be shown as it is: it holds no value of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** In the order of the lines; none where the file itself could not be had. */
  readonly mistakes: readonly Mistake[];

  constructor(message: string, mistakes: readonly Mistake[] = []) {
    super(message);
    this.mistakes = mistakes;
  }
}

/** @param file what the message calls the configuration */
export function invalidConfig(file: string, mistakes: readonly Mistake[]): ConfigError {
  const sorted = [...mistakes].sort((one, other) => one.line - other.line);
  const lines = sorted.map(
    ({ path, line, message }) => `  ${path === '' ? `line ${line}` : `${path} (line ${line})`}: ${message}`,
  );
  const count = sorted.length === 1 ? '1 mistake' : `${sorted.length} mistakes`;
  return new ConfigError([`${file} is not valid (${count}):`, ...lines].join('\n'), sorted);
}
