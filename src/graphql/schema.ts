import { type GraphQLSchema, printSchema } from 'graphql';
import { createBuilder } from './builder.js';
import { mutationType } from './types/mutation.js';
import { profileIdType } from './types/profile-id.js';
import { profileIdInputType } from './types/profile-id-input.js';
import { queryType } from './types/query.js';

/** The executable schema of the contract. */
export function buildSchema(): GraphQLSchema {
  const builder = createBuilder();
  const profileIdInput = profileIdInputType(builder);
  const profileId = profileIdType(builder);
  queryType(builder, profileIdInput, profileId);
  mutationType(builder, profileIdInput, profileId);
  return builder.toSchema({ sortSchema: false });
}

/** The schema as SDL, types and fields in the order they are written in. This is `schema/schema.graphql`. */
export function printSdl(): string {
  return `${printSchema(buildSchema())}\n`;
}
