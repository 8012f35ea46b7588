import type { Colours } from './colours.js';

/** What a command is given of the world around it, so that tests can give it another. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Those that standard output shows. */
  readonly colours: Colours;
  /** Writes a line to standard output. */
  print(line: string): void;
}
