import { type DocumentNode, GraphQLError, type ParseOptions, parse, type Source, visit } from 'graphql';

/** Levels of a document's syntax tree; each level of a selection takes two. Introspection needs about 40. */
const MAX_LEVELS = 200;

/**
 * Parses a document that everything after may walk by recursion: GraphQL's own parser, validation and execution would
 * overflow the stack over a few thousand levels, which a megabyte has room for.
 * @throws GraphQLError for syntax, or BAD_REQUEST where it is nested too deeply.
 */
export function boundedParse(source: string | Source, options?: ParseOptions): DocumentNode {
  const document = parseOrRefuse(source, options);
  let levels = 0;
  visit(document, {
    enter() {
      levels += 1;
      if (levels > MAX_LEVELS) {
        throw nestedTooDeeply();
      }
    },
    leave() {
      levels -= 1;
    },
  });
  return document;
}

function parseOrRefuse(source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, options);
  } catch (error) {
    // The parser itself recurses, and there is no telling the depth before it has.
    throw error instanceof RangeError ? nestedTooDeeply() : error;
  }
}

function nestedTooDeeply(): GraphQLError {
  return new GraphQLError(`The document is nested more than ${MAX_LEVELS} levels deep`, {
    extensions: { code: 'BAD_REQUEST' },
  });
}
