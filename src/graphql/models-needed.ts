import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { ModelSelection } from '../profiles/stored-profile.js';

/**
 * Looks ahead: which models the fields selected on a `Profile` need. `traits(models:)` and `trait(model:)` asked alone
 * need those they name, so Redis is asked for no more; fields that need nothing stored give an empty list.
 * @param info of a field whose type is `Profile` or a list of them
 */
export function modelsNeeded(info: GraphQLResolveInfo): ModelSelection {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type)) {
    return 'all';
  }
  const models = new Set<string>();
  for (const field of selectedFields(info, info.fieldNodes)) {
    const needed = modelsOfField(type, field, info);
    if (needed === 'all') {
      return 'all';
    }
    for (const model of needed) {
      // What cannot be written as UTF-8 cannot be stored; sent to Redis, it would arrive as another name.
      if (model.isWellFormed()) {
        models.add(model);
      }
    }
  }
  return [...models];
}

function modelsOfField(type: GraphQLObjectType, node: FieldNode, info: GraphQLResolveInfo): ModelSelection {
  const field = type.getFields()[node.name.value];
  switch (field?.name) {
    case 'exists':
    case 'models':
      return 'all';
    case 'traits': {
      const { models } = getArgumentValues(field, node, info.variableValues);
      return Array.isArray(models) ? models : 'all';
    }
    case 'trait': {
      const { model } = getArgumentValues(field, node, info.variableValues);
      return typeof model === 'string' ? [model] : 'all';
    }
    default:
      return [];
  }
}

/** The fields below the given ones, fragments opened. `@skip` and `@include` are not looked at: too much is read then. */
function* selectedFields(info: GraphQLResolveInfo, nodes: readonly FieldNode[]): Generator<FieldNode> {
  for (const { selectionSet } of nodes) {
    if (selectionSet !== undefined) {
      yield* fieldsOf(info, selectionSet);
    }
  }
}

function* fieldsOf(info: GraphQLResolveInfo, { selections }: SelectionSetNode): Generator<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      yield selection;
    } else if (selection.kind === 'InlineFragment') {
      yield* fieldsOf(info, selection.selectionSet);
    } else {
      const fragment = info.fragments[selection.name.value];
      if (fragment !== undefined) {
        yield* fieldsOf(info, fragment.selectionSet);
      }
    }
  }
}
