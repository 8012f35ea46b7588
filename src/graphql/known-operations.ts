/**
 * Operations that were answered before, ready to run. What is in here was parsed, validated and held to every limit by the
 * ordinary path, so that only its execution is left.
 */

import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { GraphQLContext } from './builder.js';
import type { OverLimit } from './limited-parse.js';

/** One operation, parsed and validated. */
export interface ReadyOperation {
  /** Limits that it goes past, and that are only measured: noted at every request. */
  readonly overLimits: readonly OverLimit[];
  /**
   * @returns undefined where the variables do not fit: the ordinary path says what is wrong with them. Nothing was
   *   resolved then.
   */
  run(
    context: GraphQLContext,
    variables: Variables,
  ): ExecutionResult | undefined | Promise<ExecutionResult | undefined>;
}

type Variables = Readonly<Record<string, unknown>>;

/** Operations that are kept of one caller. */
const MAX_OPERATIONS_A_CALLER = 200;
/** Characters of their texts: what is kept of an operation takes some fifty bytes a character. */
const MAX_CHARACTERS_A_CALLER = 200_000;
/** Characters of all callers together. */
const MAX_CHARACTERS = 1_000_000;
const MAX_CALLERS = 1_000;
/** Compiling takes some 2 ms per 1,000 characters, in which nobody else is served: longer texts are always interpreted. */
const MAX_COMPILED_CHARACTERS = 5_000;
/** Uses that an operation is interpreted for before it is compiled: one for each so many characters. Most come once. */
const CHARACTERS_A_USE = 500;

interface Kept {
  readonly document: DocumentNode;
  readonly overLimits: readonly OverLimit[];
  /** How often it came again. */
  uses: number;
  ready: ReadyOperation | undefined;
}

/**
 * Bounded by count and by characters, for each caller and in all. Who sends a new operation with every request drives out
 * its own, and where all of them are too many, those of the caller that has the most.
 */
export class KnownOperations {
  readonly #schema: GraphQLSchema;
  readonly #callers = new LRUCache<string, LRUCache<string, Kept>>({
    max: MAX_CALLERS,
    // What goes with a caller is counted out.
    dispose: (operations) => operations.clear(),
  });
  #characters = 0;
  /** Known ahead, and the same for all callers. */
  readonly #prepared = new Map<string, ReadyOperation>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** How many are kept. */
  get size(): number {
    let size = 0;
    for (const operations of this.#callers.values()) {
      size += operations.size;
    }
    return size;
  }

  /** Of all texts that are kept. */
  get characters(): number {
    return this.#characters;
  }

  /** @returns undefined where this caller has not been answered it before, or not lately */
  find(caller: string, text: string, operationName: string | undefined): ReadyOperation | undefined {
    if (this.#prepared.size > 0) {
      const prepared = this.#prepared.get(keyOf(text, operationName));
      if (prepared !== undefined) {
        return prepared;
      }
    }
    const kept = this.#callers.get(caller)?.get(keyOf(text, operationName));
    if (kept === undefined) {
      return undefined;
    }
    kept.uses += 1;
    if (kept.uses === usesBeforeCompiling(text)) {
      kept.ready = compiled(this.#schema, kept, operationName) ?? kept.ready;
    }
    kept.ready ??= interpreted(this.#schema, kept, operationName);
    return kept.ready;
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
    operations.set(key, { document, overLimits, uses: 0, ready: undefined });
    this.#characters += key.length;
    while (this.#characters > MAX_CHARACTERS) {
      this.#largest(operations).pop();
    }
  }

  /**
   * Keeps an operation for all callers, compiled before it is used. For a set of them that is fixed.
   * @param document was validated, and has the operation
   */
  prepare(
    text: string,
    operationName: string | undefined,
    { document, overLimits }: Pick<Kept, 'document' | 'overLimits'>,
  ): void {
    const kept: Kept = { document, overLimits, uses: 0, ready: undefined };
    const isShort = text.length <= MAX_COMPILED_CHARACTERS;
    this.#prepared.set(
      keyOf(text, operationName),
      (isShort ? compiled(this.#schema, kept, operationName) : undefined) ??
        interpreted(this.#schema, kept, operationName),
    );
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

function usesBeforeCompiling(text: string): number {
  return text.length > MAX_COMPILED_CHARACTERS
    ? Number.POSITIVE_INFINITY
    : 1 + Math.floor(text.length / CHARACTERS_A_USE);
}

function interpreted(
  schema: GraphQLSchema,
  { document, overLimits }: Kept,
  operationName: string | undefined,
): ReadyOperation {
  return {
    overLimits,
    run: (contextValue, variableValues) =>
      settle(execute({ schema, document, contextValue, variableValues, operationName })),
  };
}

/** @returns undefined where it cannot be compiled */
function compiled(
  schema: GraphQLSchema,
  { document, overLimits }: Kept,
  operationName: string | undefined,
): ReadyOperation | undefined {
  const operation = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
  return isCompiledQuery(operation)
    ? { overLimits, run: (context, variables) => settle(operation.query(undefined, context, variables)) }
    : undefined;
}

function settle(
  result: ExecutionResult | Promise<ExecutionResult>,
): ExecutionResult | undefined | Promise<ExecutionResult | undefined> {
  return result instanceof Promise ? result.then(unlessRefused) : unlessRefused(result);
}

/** A result without data was refused before anything was resolved. */
function unlessRefused(result: ExecutionResult): ExecutionResult | undefined {
  return result.data === undefined ? undefined : result;
}
