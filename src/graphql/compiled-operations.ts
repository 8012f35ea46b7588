/**
 * Operations that were answered before, compiled. What is in here was parsed, validated and held to every limit by the
 * ordinary path, so that only its execution is left.
 */

import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { GraphQLContext } from './builder.js';
import type { OverLimit } from './limited-parse.js';

/** One operation, ready to run. */
export interface CompiledOperation {
  /** Limits that it goes past, and that are only measured: noted at every request. */
  readonly overLimits: readonly OverLimit[];
  /**
   * @returns undefined where the variables do not fit: the ordinary path says what is wrong with them. Nothing was
   *   resolved then.
   */
  run(
    context: GraphQLContext,
    variables: Readonly<Record<string, unknown>>,
  ): ExecutionResult | undefined | Promise<ExecutionResult | undefined>;
}

/** Operations that are kept of one caller. */
const MAX_OPERATIONS_A_CALLER = 200;
/** Characters of their texts: what is kept of an operation takes some fifty bytes a character. */
const MAX_CHARACTERS_A_CALLER = 200_000;
/** Characters of all callers together. */
const MAX_CHARACTERS = 1_000_000;
const MAX_CALLERS = 1_000;
/** An operation is worth compiling when it comes again. */
const COMPILED_AT_USE = 2;

interface Kept {
  readonly document: DocumentNode;
  readonly overLimits: readonly OverLimit[];
  uses: number;
  /** `no` where it cannot be compiled: it is then run the ordinary way, always. */
  compiled: CompiledOperation | 'no' | undefined;
}

/**
 * Bounded by count and by characters, for each caller and in all. Who sends a new operation with every request drives out
 * its own, and where all of them are too many, those of the caller that has the most.
 */
export class CompiledOperations {
  readonly #schema: GraphQLSchema;
  readonly #callers = new LRUCache<string, LRUCache<string, Kept>>({
    max: MAX_CALLERS,
    // What goes with a caller is counted out.
    dispose: (operations) => operations.clear(),
  });
  #characters = 0;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The operation, where this caller has asked for it often enough. */
  find(caller: string, text: string, operationName: string | undefined): CompiledOperation | undefined {
    const kept = this.#callers.get(caller)?.get(keyOf(text, operationName));
    if (kept === undefined) {
      return undefined;
    }
    kept.uses += 1;
    if (kept.uses >= COMPILED_AT_USE) {
      kept.compiled ??= compile(this.#schema, kept, operationName) ?? 'no';
    }
    return kept.compiled === 'no' ? undefined : kept.compiled;
  }

  /** @param document was validated, and an operation of it found */
  remember(
    caller: string,
    text: string,
    operationName: string | undefined,
    { document, overLimits }: Pick<Kept, 'document' | 'overLimits'>,
  ): void {
    const operations = this.#callers.get(caller) ?? this.#open(caller);
    const key = keyOf(text, operationName);
    if (operations.has(key) || key.length > MAX_CHARACTERS_A_CALLER) {
      return;
    }
    operations.set(key, { document, overLimits, uses: 1, compiled: undefined });
    this.#characters += key.length;
    while (this.#characters > MAX_CHARACTERS) {
      this.#largest(operations).pop();
    }
  }

  #open(caller: string): LRUCache<string, Kept> {
    const operations = new LRUCache<string, Kept>({
      max: MAX_OPERATIONS_A_CALLER,
      maxSize: MAX_CHARACTERS_A_CALLER,
      sizeCalculation: (_, key) => key.length,
      dispose: (_, key) => {
        this.#characters -= key.length;
      },
    });
    this.#callers.set(caller, operations);
    return operations;
  }

  #largest(start: LRUCache<string, Kept>): LRUCache<string, Kept> {
    let largest = start;
    for (const operations of this.#callers.values()) {
      largest = operations.calculatedSize > largest.calculatedSize ? operations : largest;
    }
    return largest;
  }
}

function keyOf(text: string, operationName: string | undefined): string {
  // No document begins with a digit, so no text is taken for a name and a text.
  return operationName === undefined ? text : `${operationName.length}:${operationName}${text}`;
}

/** @returns undefined where it cannot be compiled */
function compile(
  schema: GraphQLSchema,
  { document, overLimits }: Kept,
  operationName: string | undefined,
): CompiledOperation | undefined {
  const compiled = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) {
    return undefined;
  }
  return {
    overLimits,
    run(context, variables) {
      const result = compiled.query(undefined, context, variables);
      return result instanceof Promise ? result.then(unlessRefused) : unlessRefused(result);
    },
  };
}

/** A result without data was refused before anything was resolved. */
function unlessRefused(result: ExecutionResult): ExecutionResult | undefined {
  return result.data === undefined ? undefined : result;
}
