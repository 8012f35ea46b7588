import { Option } from 'commander';

/** What `--json` gives a command. */
export interface JsonOption {
  readonly json?: true | undefined;
}

/** Lets a script read what a command prints. */
export function jsonOption(): Option {
  return new Option('--json', 'print JSON, for a script to read');
}

/** JSON as {@link jsonOption} promises it: to be read by programs, and legible. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
