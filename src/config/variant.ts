import { z } from 'zod';

/**
 * A value whose shape depends on one of its keys. Unlike a discriminated union of zod's it always checks the whole
 * value, also where that one key is wrong, so that all mistakes are found at once.
 * @param choose gives the schema for a value, whatever it is
 */
export function variant<Schema extends z.ZodType>(choose: (input: unknown) => Schema) {
  return z.unknown().transform((input, context) => {
    const result = choose(input).safeParse(input);
    if (result.success) {
      return result.data;
    }
    for (const { path, message } of result.error.issues) {
      context.issues.push({ code: 'custom', path, message, input });
    }
    return z.NEVER;
  });
}

/** The value of one key, where `input` is a mapping that has it. */
export function peek(input: unknown, key: string): unknown {
  return new Map<string, unknown>(
    Object.entries(typeof input === 'object' && input !== null ? input : {}),
  ).get(key);
}
