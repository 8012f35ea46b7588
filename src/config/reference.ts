/** What the schema says of every key of `gateway.yaml`. For the reference in docs/; never asked while a gateway runs. */

import { z } from 'zod';
import { configSchema } from './schema.js';
import { variantsOf } from './variant.js';

export type ValueKind =
  | { readonly kind: 'text' | 'flag' | 'mapping' | 'other' }
  | { readonly kind: 'number'; readonly isWhole: boolean; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** A mapping whose keys are known: those of the section at `path`. */
  | { readonly kind: 'section'; readonly path: string }
  | { readonly kind: 'list'; readonly of: ValueKind };

export interface KeyFacts {
  readonly key: string;
  readonly value: ValueKind;
  readonly isRequired: boolean;
  /** What it is when it is left out; undefined where nothing is. */
  readonly byDefault?: unknown;
  /** @returns whether a value, as YAML gives it, may stand there */
  readonly takes: (value: unknown) => boolean;
}

/** A section by its path, `destinations[].config`; the file itself is ''. Where it has variants, the keys of each. */
export type Reference = ReadonlyMap<string, readonly (readonly KeyFacts[])[]>;

export function configurationReference(): Reference {
  const sections = new Map<string, KeyFacts[][]>();
  const paths = new Map<z.ZodType, string>();

  const kindOf = (schema: z.ZodType, path: string): ValueKind => {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) {
      return { kind: 'section', path: visit(inner, path) };
    }
    const variants = variantsOf(inner)?.map(unwrap);
    if (variants !== undefined) {
      for (const one of variants.filter((each) => each instanceof z.ZodObject)) {
        visit(one, path);
      }
      return { kind: 'section', path };
    }
    if (inner instanceof z.ZodArray) {
      return inner.element instanceof z.ZodType
        ? { kind: 'list', of: kindOf(inner.element, `${path}[]`) }
        : { kind: 'other' };
    }
    return scalarKind(inner);
  };

  /** @returns the path under which the section is known; a section that stands in two places is known by the first */
  const visit = (section: z.ZodObject, path: string): string => {
    const known = paths.get(section);
    if (known !== undefined) {
      return known;
    }
    paths.set(section, path);
    const keys: KeyFacts[] = [];
    sections.set(path, [...(sections.get(path) ?? []), keys]);
    for (const [key, schema] of Object.entries(section.shape)) {
      if (schema instanceof z.ZodType && !isNeverGiven(schema)) {
        const byDefault = defaultOf(schema);
        keys.push({
          key,
          value: kindOf(schema, path === '' ? key : `${path}.${key}`),
          isRequired: !schema.safeParse(undefined).success,
          ...(byDefault === undefined ? {} : { byDefault }),
          takes: (value) => schema.safeParse(value).success,
        });
      }
    }
    return path;
  };

  kindOf(configSchema, '');
  return sections;
}

function scalarKind(schema: z.ZodType): ValueKind {
  if (schema instanceof z.ZodString || schema instanceof z.ZodISODateTime) {
    return { kind: 'text' };
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue, isInt } = schema;
    return { kind: 'number', isWhole: isInt, min: minValue ?? -Infinity, max: maxValue ?? Infinity };
  }
  if (schema instanceof z.ZodEnum) {
    return { kind: 'choice', values: schema.options.map(String) };
  }
  if (schema instanceof z.ZodLiteral) {
    return { kind: 'choice', values: [...schema.values].map(String) };
  }
  if (schema instanceof z.ZodBoolean) {
    return { kind: 'flag' };
  }
  return { kind: schema instanceof z.ZodRecord ? 'mapping' : 'other' };
}

/** What a value is asked to be, without what may be left out, put in or made of it. */
function unwrap(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrap(inner);
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (variantsOf(schema) !== undefined) {
    return undefined;
  }
  let inner: unknown;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    inner = schema.unwrap();
  } else if (schema instanceof z.ZodPipe) {
    inner = schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  }
  return inner instanceof z.ZodType ? inner : undefined;
}

function defaultOf(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodDefault) {
    return schema.def.defaultValue;
  }
  const inner = innerOf(schema);
  return inner === undefined ? undefined : defaultOf(inner);
}

/** A key that is known in one variant, and must be left out in this one. */
function isNeverGiven(schema: z.ZodType): boolean {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUndefined || inner instanceof z.ZodNever;
}
