import { z } from 'zod';

/** By the schema that {@link variant} gives. */
const variantsBySchema = new WeakMap<z.ZodType, readonly z.ZodType[]>();

/** The schemas that a {@link variant} chooses from; undefined for any other schema. For the reference of the configuration. */
export function variantsOf(schema: z.ZodType): readonly z.ZodType[] | undefined {
  return variantsBySchema.get(schema);
}

/**
 * A value whose shape depends on one of its keys. Unlike a discriminated union of zod's it always checks the whole
 * value, also where that one key is wrong, so that all mistakes are found at once.
 * @param key the one that decides
 * @param variants its values, and the schema for each
 * @param otherwise the schema where the key is absent or has another value
 */
export function variant<Schema extends z.ZodType>(
  key: string,
  variants: Readonly<Record<string, Schema>>,
  otherwise: Schema,
) {
  const byValue = new Map<unknown, Schema>(Object.entries(variants));
  const schema = z.unknown().transform((input, context) => {
    const result = (byValue.get(peek(input, key)) ?? otherwise).safeParse(input);
    if (result.success) {
      return result.data;
    }
    for (const { path, message } of result.error.issues) {
      context.issues.push({ code: 'custom', path, message, input });
    }
    return z.NEVER;
  });
  variantsBySchema.set(schema, Object.values(variants));
  return schema;
}

/** The value of one key, where `input` is a mapping that has it. */
function peek(input: unknown, key: string): unknown {
  return new Map<string, unknown>(
    Object.entries(typeof input === 'object' && input !== null ? input : {}),
  ).get(key);
}
