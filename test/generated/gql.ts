/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Profile($destinationId: ID!, $email: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"email\"\n    idValue: $email\n  ) {\n    exists\n    models\n    traits\n  }\n}": typeof types.ProfileDocument,
    "query ManyProfiles($destinationId: ID!, $ids: [ProfileIdInput!]!) {\n  profiles(entity: \"user\", destinationId: $destinationId, ids: $ids) {\n    id {\n      type\n      value\n    }\n    exists\n    firstName: trait(name: \"FIRST_NAME\")\n    traits(names: [\"LOYALTY_TIER\", \"CHURN_30D\"])\n  }\n}": typeof types.ManyProfilesDocument,
    "query Page($destinationId: ID!, $visitor: String!, $domain: String!) {\n  visitor: profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"anonymous_id\"\n    idValue: $visitor\n  ) {\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n  company: profile(\n    entity: \"account\"\n    destinationId: $destinationId\n    idType: \"domain\"\n    idValue: $domain\n  ) {\n    plan: trait(name: \"PLAN\", model: \"account_360\")\n  }\n}": typeof types.PageDocument,
    "query Destinations {\n  destinations {\n    id\n    name\n    type\n    enabled\n  }\n}": typeof types.DestinationsDocument,
};
const documents: Documents = {
    "query Profile($destinationId: ID!, $email: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"email\"\n    idValue: $email\n  ) {\n    exists\n    models\n    traits\n  }\n}": types.ProfileDocument,
    "query ManyProfiles($destinationId: ID!, $ids: [ProfileIdInput!]!) {\n  profiles(entity: \"user\", destinationId: $destinationId, ids: $ids) {\n    id {\n      type\n      value\n    }\n    exists\n    firstName: trait(name: \"FIRST_NAME\")\n    traits(names: [\"LOYALTY_TIER\", \"CHURN_30D\"])\n  }\n}": types.ManyProfilesDocument,
    "query Page($destinationId: ID!, $visitor: String!, $domain: String!) {\n  visitor: profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"anonymous_id\"\n    idValue: $visitor\n  ) {\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n  company: profile(\n    entity: \"account\"\n    destinationId: $destinationId\n    idType: \"domain\"\n    idValue: $domain\n  ) {\n    plan: trait(name: \"PLAN\", model: \"account_360\")\n  }\n}": types.PageDocument,
    "query Destinations {\n  destinations {\n    id\n    name\n    type\n    enabled\n  }\n}": types.DestinationsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Profile($destinationId: ID!, $email: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"email\"\n    idValue: $email\n  ) {\n    exists\n    models\n    traits\n  }\n}"): typeof import('./graphql.js').ProfileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ManyProfiles($destinationId: ID!, $ids: [ProfileIdInput!]!) {\n  profiles(entity: \"user\", destinationId: $destinationId, ids: $ids) {\n    id {\n      type\n      value\n    }\n    exists\n    firstName: trait(name: \"FIRST_NAME\")\n    traits(names: [\"LOYALTY_TIER\", \"CHURN_30D\"])\n  }\n}"): typeof import('./graphql.js').ManyProfilesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Page($destinationId: ID!, $visitor: String!, $domain: String!) {\n  visitor: profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"anonymous_id\"\n    idValue: $visitor\n  ) {\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n  company: profile(\n    entity: \"account\"\n    destinationId: $destinationId\n    idType: \"domain\"\n    idValue: $domain\n  ) {\n    plan: trait(name: \"PLAN\", model: \"account_360\")\n  }\n}"): typeof import('./graphql.js').PageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Destinations {\n  destinations {\n    id\n    name\n    type\n    enabled\n  }\n}"): typeof import('./graphql.js').DestinationsDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
