/** Trusted documents are known before anybody asks for them, so their first use need not wait for what all others do. */

import { setImmediate } from 'node:timers/promises';
import { type GraphQLSchema, Kind, NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import type { KnownOperations } from './known-operations.js';
import { type DocumentLimits, type LimitedDocument, limitedParse } from './limited-parse.js';

export interface PrepareOptions {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
  /** Where they are kept, for all callers. */
  readonly known: KnownOperations;
}

/**
 * Parses, validates and compiles documents, one after the other, so that requests are answered between them. One that cannot be
 * made ready is left to its first caller, who is told why.
 */
export async function prepareTrusted(texts: Iterable<string>, options: PrepareOptions): Promise<void> {
  for (const text of new Set(texts)) {
    try {
      prepare(text, options);
    } catch {
      // The ordinary path refuses it, or answers it in its own way.
    }
    await setImmediate();
  }
}

/** @throws what makes the document unfit */
function prepare(text: string, { schema, limits, introspection, known }: PrepareOptions): void {
  const found = limitedParse(text, limits);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const [mistake] = validate(schema, found.document, rules);
  if (mistake !== undefined) {
    throw mistake;
  }
  for (const name of namesOf(found)) {
    known.prepare(text, name, found);
  }
}

/** By which names its operations are asked for; one alone needs none. */
function namesOf({ document }: LimitedDocument): (string | undefined)[] {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const names = operations.flatMap((definition) =>
    'name' in definition && definition.name !== undefined ? [definition.name.value] : [],
  );
  return operations.length === 1 ? [undefined, ...names] : names;
}
