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

/** What is kept of one caller: an operation costs many times its text. */
const MAX_OPERATIONS_A_CALLER = 200;
const MAX_CHARACTERS_A_CALLER = 1_000_000;
const MAX_CALLERS = 500;
/** An operation is worth compiling when it comes again. */
const COMPILED_AT_USE = 2;

interface Kept {
  readonly document: DocumentNode;
  readonly overLimits: readonly OverLimit[];
  uses: number;
  compiled: CompiledOperation | undefined;
}

/**
 * Bounded by count and by characters, for each caller alone: one who sends a new operation with every request drives out
 * nobody's but its own.
 */
export class CompiledOperations {
  readonly #schema: GraphQLSchema;
  readonly #callers = new LRUCache<string, LRUCache<string, Kept>>({ max: MAX_CALLERS });

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
    if (kept.compiled === undefined && kept.uses >= COMPILED_AT_USE) {
      kept.compiled = compile(this.#schema, kept, operationName);
    }
    return kept.compiled;
  }

  /** @param document was validated, and an operation of it found */
  remember(
    caller: string,
    text: string,
    operationName: string | undefined,
    { document, overLimits }: Pick<Kept, 'document' | 'overLimits'>,
  ): void {
    let operations = this.#callers.get(caller);
    if (operations === undefined) {
      operations = new LRUCache({
        max: MAX_OPERATIONS_A_CALLER,
        maxSize: MAX_CHARACTERS_A_CALLER,
        sizeCalculation: (_, key) => key.length,
      });
      this.#callers.set(caller, operations);
    }
    const key = keyOf(text, operationName);
    if (!operations.has(key)) {
      operations.set(key, { document, overLimits, uses: 1, compiled: undefined });
    }
  }
}

function keyOf(text: string, operationName: string | undefined): string {
  return operationName === undefined ? text : `${operationName}\n${text}`;
}

/** @returns undefined where it cannot be compiled: it is then run the ordinary way, always */
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
