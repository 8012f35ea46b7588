/** Yoga as the GraphQL engine. HTTP's side of it (sockets, bodies, authentication, GraphiQL) is ours. */

import { type ExecutionResult, GraphQLError, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { GatewayError, internalError, limitExceeded } from '../errors.js';
import type { RequestContext } from '../request-context.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import type { GraphQLContext } from './builder.js';
import { type DocumentLimits, type Limit, limitedParse, type OverLimit } from './limited-parse.js';
import { type Outcome, refusal, toOutcome } from './outcome.js';
import type { RequestParams } from './request-params.js';
import { buildSchema } from './schema.js';
import { TrustedDocumentResolver, type TrustedDocuments, withoutDocuments } from './trusted-documents.js';

export interface Engine {
  /**
   * Answers one request. Never rejects: what goes wrong is told in the outcome.
   * @param operations one, or several that are answered in their order
   */
  execute(
    method: 'GET' | 'POST',
    operations: RequestParams | readonly RequestParams[],
    context: RequestContext,
  ): Promise<Outcome | readonly Outcome[]>;
}

export interface EngineOptions {
  readonly logger: Logger;
  readonly limits: DocumentLimits & { readonly operations: Limit };
  /** Whether the schema may be asked for. */
  readonly introspection: boolean;
  /** Left out: there are none. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
}

/** Mistakes of one document that are told; the search for more stops there. */
const MAX_VALIDATION_ERRORS = 5;

/** What Yoga is told of the request: no more than whether it may change anything. */
const REQUESTS = {
  GET: new Request('http://gateway/graphql', { method: 'GET' }),
  POST: new Request('http://gateway/graphql', { method: 'POST' }),
} as const;

export function createEngine({ logger, limits, introspection, trustedDocuments }: EngineOptions): Engine {
  const yoga = createYoga<GraphQLContext>({
    schema: buildSchema(),
    plugins: [parseWithin(limits), validateTersely(introspection)],
    // Errors are told by the contract's one list, below.
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  const trusted = trustedDocuments && new TrustedDocumentResolver(trustedDocuments);

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

  async function executeOne(
    method: 'GET' | 'POST',
    params: RequestParams,
    context: RequestContext,
  ): Promise<Outcome> {
    try {
      const result = await yoga.getResultForParams(
        { params: resolve(params, context), request: REQUESTS[method] },
        { gateway: context },
      );
      return context.refusal ? refusal(context.refusal) : toOutcome(single(result), onMasked(context));
    } catch (error) {
      return error instanceof GatewayError
        ? refusal(error)
        : toOutcome({ errors: [asGraphQLError(error)] }, onMasked(context));
    }
  }

  function onMasked({ requestId }: RequestContext): (error: GraphQLError) => void {
    return (error) =>
      logger.error({ requestId, ...describeError(error.originalError ?? error) }, 'operation failed');
  }

  return {
    async execute(method, operations, context) {
      if (!isList(operations)) {
        return executeOne(method, operations, context);
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
      const outcomes = await Promise.all(operations.map((params) => executeOne(method, params, context)));
      // The lookups of all are one: past the limit, none of them is answered.
      const refused = context.refusal && refusal(context.refusal);
      return refused ?? outcomes;
    },
  };
}

/** Refuses documents that ask for too much, and notes those that would be refused if the limit was enforced. */
function parseWithin(limits: DocumentLimits): Plugin<GraphQLContext, GraphQLContext> {
  const notes = new WeakMap<object, readonly OverLimit[]>();
  return {
    onParse({ setParseFn, context: { gateway } }) {
      setParseFn((source) => {
        const { document, overLimits } = limitedParse(
          typeof source === 'string' ? source : source.body,
          limits,
        );
        if (overLimits.length > 0) {
          notes.set(document, overLimits);
        }
        return document;
      });
      // Also called where the document was parsed for an earlier request.
      return ({ result }) => {
        for (const { limit, found, max } of (result && notes.get(result)) ?? []) {
          gateway.noteOverLimit(limit, found, max);
        }
      };
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
