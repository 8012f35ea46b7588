/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type VisitorQueryVariables = Exact<{
  destinationId: string | number;
  userId: string;
}>;


export type VisitorQuery = { profile: { exists: boolean, firstName: unknown, tier: unknown, recommended: unknown } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const VisitorDocument = new TypedDocumentString(`
    query Visitor($destinationId: ID!, $userId: String!) {
  profile(
    entity: "user"
    destinationId: $destinationId
    idType: "user_id"
    idValue: $userId
  ) {
    exists
    firstName: trait(name: "FIRST_NAME", model: "user_360")
    tier: trait(name: "LOYALTY_TIER", model: "user_360")
    recommended: trait(name: "RECOMMENDED", model: "product_recommendations")
  }
}
    `) as unknown as TypedDocumentString<VisitorQuery, VisitorQueryVariables>;