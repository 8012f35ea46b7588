/** Yoga as the GraphQL engine. HTTP's side of it (sockets, bodies, authentication, GraphiQL) is ours. */

import { type ExecutionResult, GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { internalError } from '../errors.js';
import { writeJson } from '../json/write-json.js';
import type { RequestContext } from '../request-context.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import { boundedParse } from './bounded-parse.js';
import type { GraphQLContext } from './builder.js';
import { refusal, toOutcome } from './outcome.js';
import { buildSchema } from './schema.js';

/** A GraphQL request of a caller who is known. */
export interface EngineRequest {
  readonly method: string;
  /** The query string with its `?`, or nothing: where GET has its parameters. */
  readonly search: string;
  /** The JSON text of a POST. */
  readonly body?: string;
  /** The one media type to answer in. */
  readonly accept: string;
}

export interface Engine {
  execute(request: EngineRequest, context: RequestContext): Promise<Response>;
}

export function createEngine(logger: Logger): Engine {
  const yoga = createYoga<GraphQLContext>({
    schema: buildSchema(),
    plugins: [parseBounded, contractOutcome(logger)],
    // Errors are told by the contract's one list, below; bodies are bounded before they come here.
    maskedErrors: false,
    maxRequestBodySize: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
  });
  return {
    async execute({ method, search, body, accept }, gateway) {
      const headers = { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const init = body === undefined ? { method, headers } : { method, headers, body };
      return yoga.fetch(`http://gateway/graphql${search}`, init, { gateway });
    },
  };
}

const parseBounded: Plugin<GraphQLContext, GraphQLContext> = {
  onParse: ({ setParseFn }) => setParseFn(boundedParse),
};

/** Gives every result the contract's errors and status, and has it written with stored text copied as it is. */
function contractOutcome(logger: Logger): Plugin<GraphQLContext, GraphQLContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { gateway } }) {
      const { status, headers, ...told } = gateway.refusal
        ? refusal(gateway.refusal)
        : toOutcome(single(result), (error) => {
            const { requestId } = gateway;
            logger.error({ requestId, ...describeError(error.originalError ?? error) }, 'operation failed');
          });
      setResult({ ...told, extensions: { http: { status, headers } }, stringify: writeJson });
    },
  };
}

type EngineResult = Parameters<NonNullable<Plugin['onResultProcess']>>[0]['result'];

/** One operation a request, answered at once: batches and streams are switched off, so nothing else can come. */
function single(result: EngineResult): ExecutionResult {
  if (Array.isArray(result) || Symbol.asyncIterator in result) {
    return {
      errors: [new GraphQLError('Only single results are served', { originalError: internalError() })],
    };
  }
  return result;
}
