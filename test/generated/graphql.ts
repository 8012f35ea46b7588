/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Identifies one profile of a list. */
export type ProfileIdInput = {
  /** The id type, `email` or `user_id` for example. */
  type: string;
  /** The id itself: 1 to 512 characters. */
  value: string;
};

export type ProfileQueryVariables = Exact<{
  destinationId: string | number;
  email: string;
}>;


export type ProfileQuery = { profile: { exists: boolean, models: Array<string>, traits: Record<string, Record<string, unknown>> } | null };

export type ManyProfilesQueryVariables = Exact<{
  destinationId: string | number;
  ids: Array<ProfileIdInput> | ProfileIdInput;
}>;


export type ManyProfilesQuery = { profiles: Array<{ exists: boolean, traits: Record<string, Record<string, unknown>>, firstName: unknown, id: { type: string, value: string } } | null> };

export type PageQueryVariables = Exact<{
  destinationId: string | number;
  visitor: string;
  domain: string;
}>;


export type PageQuery = { visitor: { firstName: unknown, tier: unknown, recommended: unknown } | null, company: { plan: unknown } | null };

export type DestinationsQueryVariables = Exact<{ [key: string]: never; }>;


export type DestinationsQuery = { destinations: Array<{ id: string, name: string, type: string, enabled: boolean }> };

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

export const ProfileDocument = new TypedDocumentString(`
    query Profile($destinationId: ID!, $email: String!) {
  profile(
    entity: "user"
    destinationId: $destinationId
    idType: "email"
    idValue: $email
  ) {
    exists
    models
    traits
  }
}
    `) as unknown as TypedDocumentString<ProfileQuery, ProfileQueryVariables>;
export const ManyProfilesDocument = new TypedDocumentString(`
    query ManyProfiles($destinationId: ID!, $ids: [ProfileIdInput!]!) {
  profiles(entity: "user", destinationId: $destinationId, ids: $ids) {
    id {
      type
      value
    }
    exists
    firstName: trait(name: "FIRST_NAME")
    traits(names: ["LOYALTY_TIER", "CHURN_30D"])
  }
}
    `) as unknown as TypedDocumentString<ManyProfilesQuery, ManyProfilesQueryVariables>;
export const PageDocument = new TypedDocumentString(`
    query Page($destinationId: ID!, $visitor: String!, $domain: String!) {
  visitor: profile(
    entity: "user"
    destinationId: $destinationId
    idType: "anonymous_id"
    idValue: $visitor
  ) {
    firstName: trait(name: "FIRST_NAME", model: "user_360")
    tier: trait(name: "LOYALTY_TIER", model: "user_360")
    recommended: trait(name: "RECOMMENDED", model: "product_recommendations")
  }
  company: profile(
    entity: "account"
    destinationId: $destinationId
    idType: "domain"
    idValue: $domain
  ) {
    plan: trait(name: "PLAN", model: "account_360")
  }
}
    `) as unknown as TypedDocumentString<PageQuery, PageQueryVariables>;
export const DestinationsDocument = new TypedDocumentString(`
    query Destinations {
  destinations {
    id
    name
    type
    enabled
  }
}
    `) as unknown as TypedDocumentString<DestinationsQuery, DestinationsQueryVariables>;