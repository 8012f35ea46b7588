/** A command cannot do what it was asked; the message says in one sentence what is wrong and what would be right. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  /** What the process ends with. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** EX_USAGE of sysexits.h: no command means anything else by it, `erase` with its 2 included. */
export const USAGE_EXIT_CODE = 64;

/** The command line asks for something that cannot be meant. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(message, USAGE_EXIT_CODE);
  }
}
