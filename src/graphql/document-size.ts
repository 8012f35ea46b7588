/** How much a document asks for, fragments counted wherever they are spread. */

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';

export interface DocumentSize {
  /** Levels of selections: 1 for an operation with plain fields. */
  depth: number;
  /** Fields with an alias. */
  aliases: number;
  /** Uses of directives, on whatever they stand. */
  directives: number;
  /** Selections: fields, fragments and what is in them. */
  fields: number;
  /** Fields that repeat the response name of one in the same selection set. */
  duplicates: number;
}

/**
 * @param mostFields selections that are looked at: a few fragments that spread each other can stand for billions. What is
 *   past it is not counted.
 */
export function sizeOf(document: DocumentNode, mostFields: number): DocumentSize {
  const size: DocumentSize = { depth: 0, aliases: 0, directives: 0, fields: 0, duplicates: 0 };
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  /** Fragments that are open on the way to where we are: one that spreads itself is followed no further. */
  const open = new Set<FragmentDefinitionNode>();

  function addSet({ selections }: SelectionSetNode, depth: number, names: Set<string>): void {
    size.depth = Math.max(size.depth, depth);
    for (const selection of selections) {
      size.fields += 1;
      if (size.fields > mostFields) {
        return;
      }
      size.directives += selection.directives?.length ?? 0;
      addSelection(selection, depth, names);
    }
  }

  function addSelection(selection: SelectionNode, depth: number, names: Set<string>): void {
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      size.aliases += selection.alias === undefined ? 0 : 1;
      size.duplicates += names.has(name) ? 1 : 0;
      names.add(name);
      if (selection.selectionSet !== undefined) {
        addSet(selection.selectionSet, depth + 1, new Set());
      }
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addSet(selection.selectionSet, depth, names);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined && !open.has(fragment)) {
        open.add(fragment);
        addSet(fragment.selectionSet, depth, names);
        open.delete(fragment);
      }
    }
  }

  for (const definition of document.definitions) {
    if ('directives' in definition) {
      size.directives += definition.directives?.length ?? 0;
    }
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      for (const { directives = [] } of definition.variableDefinitions ?? []) {
        size.directives += directives.length;
      }
      addSet(definition.selectionSet, 1, new Set());
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Also those that nothing spreads: they are validated all the same.
      open.add(definition);
      addSet(definition.selectionSet, 1, new Set());
      open.delete(definition);
    }
  }
  return size;
}

/** Lexical tokens of a document, at most `most` + 1; those before the first that cannot be read. */
export function countTokens(text: string, most: number): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (count <= most && lexer.advance().kind !== TokenKind.EOF) {
      count += 1;
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) {
      throw error;
    }
  }
  return count;
}
