import { z } from 'zod';

/**
 * A mapping with these keys and no others. Every unknown key is a mistake of its own, at its own path, and names the
 * key that was probably meant.
 */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  const unknownKey = z.custom<unknown>(() => false, {
    // The rules between keys are still to be looked at.
    abort: false,
    error: ({ path }) => {
      const meant = nearest(String(path?.at(-1)), known);
      return `is not a known key${meant === undefined ? '' : `: did you mean ${meant}?`}`;
    },
  });
  return z
    .object(shape, {
      error: ({ input }) => `${input === undefined ? 'is required:' : 'must be'} a mapping of keys to values`,
    })
    .catchall(unknownKey);
}

/** A section where every key has a default, and which may be left out. One whose keys are all commented out is null to YAML. */
export function withDefaults<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((input) => input ?? {}, schema);
}

/** Slips that still name a key: letters left out, added or changed. */
const MAX_SLIPS = 2;

function nearest(key: string, known: readonly string[]): string | undefined {
  const candidates = known
    .map((name) => ({ name, slips: distance(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.min(MAX_SLIPS, name.length / 2))
    .sort((a, b) => a.slips - b.slips);
  return candidates[0]?.name;
}

/** Levenshtein's: how many letters must be put in, taken out or changed to make one text of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      next.push(
        Math.min(
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
        ),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
