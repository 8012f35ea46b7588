import { InvalidArgumentError } from 'commander';

/** An id as a command line names it. */
export interface NamedId {
  readonly type: string;
  readonly value: string;
}

/** `--id email=ada@example.com`, several times: for commander, which gives the ones before. */
export function addId(text: string, ids: readonly NamedId[] = []): readonly NamedId[] {
  const id = parseId(text);
  if (id === undefined) {
    throw new InvalidArgumentError('Give id type and id value, as in email=ada@example.com.');
  }
  return [...ids, id];
}

/** @returns undefined where it is not `type=value`; the value may hold anything, `=` too */
export function parseId(text: string): NamedId | undefined {
  const at = text.indexOf('=');
  return at < 1 || at === text.length - 1
    ? undefined
    : { type: text.slice(0, at), value: text.slice(at + 1) };
}
