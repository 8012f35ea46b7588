/** Yoga as the GraphQL engine. HTTP's side of it (sockets, bodies, authentication, GraphiQL) is ours. */

import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  validate,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { GatewayError, internalError, limitExceeded } from '../errors.js';
import type { RequestContext } from '../request-context.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import type { GraphQLContext } from './builder.js';
import { KnownOperations } from './known-operations.js';
import { type DocumentLimits, type Limit, limitedParse, type OverLimit } from './limited-parse.js';
import { type Outcome, refusal, toOutcome } from './outcome.js';
import { prepareTrusted } from './prepare-trusted.js';
import type { RequestParams } from './request-params.js';
import { buildSchema } from './schema.js';
import { TrustedDocumentResolver, type TrustedDocuments, withoutDocuments } from './trusted-documents.js';

export interface Engine {
  /** Makes the trusted documents ready, so that the first use of each is like any other. Once, however often it is called; requests are answered meanwhile. */
  prepare(): Promise<void>;
  /**
   * Answers one request. Never rejects: what goes wrong is told in the outcome.
   * @param operations one, or several that are answered in their order
   */
  execute(
    method: 'GET' | 'POST',
    operations: RequestParams | readonly RequestParams[],
    context: RequestContext,
  ): Promise<Outcome | readonly Outcome[]>;
  /** The operations that are kept ready. */
  readonly known: { readonly size: number; readonly characters: number };
}

export interface EngineOptions {
  readonly logger: Logger;
  readonly limits: DocumentLimits & { readonly operations: Limit };
  /** Whether the schema may be asked for. */
  readonly introspection: boolean;
  /** Left out: there are none. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** Told of every operation: whether it was known, and only had to be executed. */
  readonly onOperation?: ((isKnown: boolean) => void) | undefined;
}

/** Mistakes of one document that are told; the search for more stops there. */
const MAX_VALIDATION_ERRORS = 5;

/** What Yoga is told of the request: no more than whether it may change anything. */
const REQUESTS = {
  GET: new Request('http://gateway/graphql', { method: 'GET' }),
  POST: new Request('http://gateway/graphql', { method: 'POST' }),
} as const;

export function createEngine(options: EngineOptions): Engine {
  const { logger, limits, introspection, trustedDocuments, onOperation } = options;
  const schema = buildSchema();
  const overLimits: OverLimits = new WeakMap();
  const knownOperations = new KnownOperations(schema);
  const yoga = createYoga<GraphQLContext>({
    schema,
    plugins: [
      parseWithin(limits, overLimits),
      validateTersely(introspection),
      rememberAnswered(knownOperations, overLimits),
    ],
    // What comes again is kept by caller: see known-operations.ts.
    parserAndValidationCache: false,
    // Errors are told by the contract's one list, below.
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  const trusted = trustedDocuments && new TrustedDocumentResolver(trustedDocuments);

  let prepared: Promise<void> | undefined;

  function resolve(params: RequestParams, context: RequestContext): RequestParams {
    if (trusted === undefined) {
      return withoutDocuments(params);
    }
    const resolved = trusted.resolve(params);
    if (!resolved.isTrusted) {
      context.noteOverLimit('trustedDocuments', 1, 0);
    }
    return resolved.params;
  }

  function traceOne(
    method: 'GET' | 'POST',
    params: RequestParams,
    context: RequestContext,
  ): Promise<Outcome> {
    const span = context.beginOperation();
    const answered = executeOne(method, params, context);
    return span === undefined
      ? answered
      : answered.then((outcome) => {
          span.end(outcome.failure);
          return outcome;
        });
  }

  async function executeOne(
    method: 'GET' | 'POST',
    params: RequestParams,
    context: RequestContext,
  ): Promise<Outcome> {
    try {
      const resolved = resolve(params, context);
      const known = method === 'POST' ? await runKnown(resolved, context) : undefined;
      onOperation?.(known !== undefined);
      const result =
        known ??
        single(
          await yoga.getResultForParams(
            { params: resolved, request: REQUESTS[method] },
            { gateway: context },
          ),
        );
      return context.refusal ? refusal(context.refusal) : toOutcome(result, onMasked(context));
    } catch (error) {
      return error instanceof GatewayError
        ? refusal(error)
        : toOutcome({ errors: [asGraphQLError(error)] }, onMasked(context));
    }
  }

  /** @returns undefined where it goes the ordinary way: it is not known, or something about it is unusual or wrong. */
  function runKnown(
    params: RequestParams,
    context: RequestContext,
  ): ExecutionResult | undefined | Promise<ExecutionResult | undefined> {
    if (!isUsual(params)) {
      return undefined;
    }
    const { query, variables, operationName } = params;
    const operation = knownOperations.find(callerOf(context), query, operationName ?? undefined);
    if (operation === undefined) {
      return undefined;
    }
    noteAll(operation.overLimits, context);
    return operation.run({ gateway: context }, variables ?? {});
  }

  function onMasked({ requestId }: RequestContext): (error: GraphQLError) => void {
    return (error) =>
      logger.error({ requestId, ...describeError(error.originalError ?? error) }, 'operation failed');
  }

  return {
    prepare() {
      prepared ??= prepareTrusted(trustedDocuments?.byId.values() ?? [], {
        schema,
        limits,
        introspection,
        known: knownOperations,
      });
      return prepared;
    },
    known: knownOperations,
    async execute(method, operations, context) {
      if (!isList(operations)) {
        return traceOne(method, operations, context);
      }
      const { max, mode } = limits.operations;
      // Where one is the limit, an array is not taken at all: its answer would be an array too.
      if (operations.length > max || max === 1) {
        if (mode === 'enforce') {
          return refusal(
            limitExceeded(
              max === 1
                ? 'This gateway takes one operation a request, not an array'
                : `This gateway takes at most ${max} operations a request`,
            ),
          );
        }
        context.noteOverLimit('operations', operations.length, max);
      }
      const outcomes = await Promise.all(operations.map((params) => traceOne(method, params, context)));
      // The lookups of all are one: past the limit, none of them is answered.
      const refused = context.refusal && refusal(context.refusal);
      return refused ?? outcomes;
    },
  };
}

/** Refuses documents that ask for too much, and notes those that would be refused if the limit was enforced. */
function parseWithin(
  limits: DocumentLimits,
  overLimitsOf: OverLimits,
): Plugin<GraphQLContext, GraphQLContext> {
  return {
    onParse({ setParseFn, context: { gateway } }) {
      setParseFn((source) => {
        const { document, overLimits } = limitedParse(
          typeof source === 'string' ? source : source.body,
          limits,
        );
        overLimitsOf.set(document, overLimits);
        noteAll(overLimits, gateway);
        return document;
      });
    },
  };
}

/** Remembers what has come to be executed, and so was parsed, validated and held to the limits. */
function rememberAnswered(
  operations: KnownOperations,
  overLimitsOf: OverLimits,
): Plugin<GraphQLContext, GraphQLContext> {
  return {
    onExecute({ args: { document, contextValue } }) {
      const { gateway, params } = contextValue;
      const overLimits = overLimitsOf.get(document);
      if (typeof params.query === 'string' && overLimits !== undefined) {
        operations.remember(callerOf(gateway), params.query, params.operationName ?? undefined, {
          document,
          overLimits,
        });
      }
    },
  };
}

/** Stops at the first few mistakes; where the schema is not to be known, says nothing of what would be right. */
function validateTersely(introspection: boolean): Plugin<GraphQLContext, GraphQLContext> {
  return {
    onValidate({ setValidationFn, addValidationRule }) {
      if (!introspection) {
        addValidationRule(NoSchemaIntrospectionCustomRule);
      }
      setValidationFn((schema, document, rules) =>
        validate(schema, document, rules, {
          maxErrors: MAX_VALIDATION_ERRORS,
          hideSuggestions: !introspection,
        }),
      );
    },
  };
}

/** The limits that a document goes past, and that are only measured. */
type OverLimits = WeakMap<DocumentNode, readonly OverLimit[]>;

function noteAll(overLimits: readonly OverLimit[], context: RequestContext): void {
  for (const { limit, found, max } of overLimits) {
    context.noteOverLimit(limit, found, max);
  }
}

/** Whose operations are kept together. */
function callerOf({ tokenName = '' }: RequestContext): string {
  return tokenName;
}

/** Parameters that nothing is wrong with, and that ask for nothing unusual. */
interface UsualParams {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

function isUsual(params: RequestParams): params is RequestParams & UsualParams {
  const { query, variables, operationName, extensions, ...others } = params;
  return (
    typeof query === 'string' &&
    isMappingOrNothing(variables) &&
    isMappingOrNothing(extensions) &&
    (operationName === undefined || operationName === null || typeof operationName === 'string') &&
    Object.keys(others).length === 0
  );
}

function isMappingOrNothing(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && !Array.isArray(value));
}

type EngineResult = Awaited<ReturnType<ReturnType<typeof createYoga>['getResultForParams']>>;

/** One result an operation, at once: streams are switched off, so nothing else can come. */
function single(result: EngineResult): ExecutionResult {
  if (result === undefined || Symbol.asyncIterator in result) {
    return {
      errors: [new GraphQLError('Only single results are served', { originalError: internalError() })],
    };
  }
  return result;
}

function asGraphQLError(error: unknown): GraphQLError {
  return error instanceof GraphQLError
    ? error
    : new GraphQLError('', { originalError: error instanceof Error ? error : new Error(typeof error) });
}

function isList(
  operations: RequestParams | readonly RequestParams[],
): operations is readonly RequestParams[] {
  return Array.isArray(operations);
}
