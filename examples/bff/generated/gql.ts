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
    "query Visitor($destinationId: ID!, $userId: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"user_id\"\n    idValue: $userId\n  ) {\n    exists\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n}": typeof types.VisitorDocument,
};
const documents: Documents = {
    "query Visitor($destinationId: ID!, $userId: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"user_id\"\n    idValue: $userId\n  ) {\n    exists\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n}": types.VisitorDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Visitor($destinationId: ID!, $userId: String!) {\n  profile(\n    entity: \"user\"\n    destinationId: $destinationId\n    idType: \"user_id\"\n    idValue: $userId\n  ) {\n    exists\n    firstName: trait(name: \"FIRST_NAME\", model: \"user_360\")\n    tier: trait(name: \"LOYALTY_TIER\", model: \"user_360\")\n    recommended: trait(name: \"RECOMMENDED\", model: \"product_recommendations\")\n  }\n}"): typeof import('./graphql.js').VisitorDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
