import { type DocumentNode, GraphQLError, parse, visit } from 'graphql';
import { badRequest, type GatewayError, limitExceeded } from '../errors.js';
import { countTokens, type DocumentSize, sizeOf } from './document-size.js';

/** How many of something a document may have; `measure` lets more pass, and notes it. */
export interface Limit {
  readonly max: number;
  readonly mode: 'enforce' | 'measure';
}

export type DocumentLimits = { readonly [Name in keyof DocumentSize | 'tokens']: Limit };

/** A limit that a document goes past, and that is only measured. */
export interface OverLimit {
  readonly limit: string;
  readonly found: number;
  readonly max: number;
}

/** A document that may be worked on. */
export interface LimitedDocument {
  readonly document: DocumentNode;
  readonly overLimits: readonly OverLimit[];
}

/**
 * Levels of a document's syntax tree, whatever the limits say: GraphQL's own validation and execution recurse, and would
 * overflow the stack. Each level of a selection takes two.
 */
const MAX_LEVELS = 200;
/** Selections and tokens that are counted where a limit is only measured. */
const MOST_MEASURED = 1_000_000;

const WORDS: { readonly [Name in keyof DocumentLimits]: string } = {
  tokens: 'tokens',
  depth: 'levels of selections',
  fields: 'selections, fragments counted where they are spread',
  aliases: 'aliases',
  directives: 'directives',
  duplicates: 'fields that repeat one beside them',
};

/**
 * Parses a document, and refuses one that asks for too much before anything is done with it that takes longer the more it
 * asks for.
 * @throws GraphQLError for syntax; or of LIMIT_EXCEEDED, or BAD_REQUEST where it is nested too deeply for any limit.
 */
export function limitedParse(text: string, limits: DocumentLimits): LimitedDocument {
  const overLimits: OverLimit[] = [];
  const check = (name: keyof DocumentLimits, found: number) => {
    const { max, mode } = limits[name];
    if (found <= max) {
      return;
    }
    if (mode === 'enforce') {
      throw refused(limitExceeded(`The document has more than ${max} ${WORDS[name]}`));
    }
    overLimits.push({ limit: name, found, max });
  };
  check('tokens', countTokens(text, mostCounted(limits.tokens)));
  const document = parseOrRefuse(text);
  refuseDeepTrees(document);
  const size = sizeOf(document, mostCounted(limits.fields) + 1);
  check('depth', size.depth);
  check('fields', size.fields);
  check('aliases', size.aliases);
  check('directives', size.directives);
  check('duplicates', size.duplicates);
  return { document, overLimits };
}

function mostCounted({ max, mode }: Limit): number {
  return mode === 'enforce' ? max : MOST_MEASURED;
}

function parseOrRefuse(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (error) {
    // The parser itself recurses, and there is no telling the depth before it has.
    throw error instanceof RangeError ? nestedTooDeeply() : error;
  }
}

function refuseDeepTrees(document: DocumentNode): void {
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
}

function nestedTooDeeply(): GraphQLError {
  return refused(badRequest(`The document is nested more than ${MAX_LEVELS} levels deep`));
}

function refused(error: GatewayError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error });
}
