/** The Pothos builder: the one place that knows which types stand for what. */

import SchemaBuilder from '@pothos/core';
import { DateTimeResolver, JSONObjectResolver, JSONResolver } from 'graphql-scalars';
import type { JsonText } from '../json/json-text.js';
import type { RequestContext } from '../request-context.js';

/** What resolvers get as context, and what the scalars are in TypeScript. */
export interface SchemaTypes {
  Context: GraphQLContext;
  Scalars: {
    ID: { Input: string; Output: string };
    /** Stored JSON leaves as text; the scalars hand it on untouched and the writer copies it. */
    JSON: { Input: never; Output: JsonText };
    JSONObject: { Input: never; Output: JsonText };
    DateTime: { Input: never; Output: Date };
  };
}

/** What Yoga's resolvers are called with. */
export interface GraphQLContext {
  readonly gateway: RequestContext;
}

export type Builder = ReturnType<typeof createBuilder>;

export function createBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({});
  builder.addScalarType('DateTime', DateTimeResolver);
  builder.addScalarType('JSON', JSONResolver);
  builder.addScalarType('JSONObject', JSONObjectResolver);
  return builder;
}
