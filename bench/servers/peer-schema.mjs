/** The schema, resolvers and loader that all peers share, written as their documentation shows. */

import DataLoader from 'dataloader';
import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';
import { Redis } from 'ioredis';
import { settings } from './measured.mjs';

export const typeDefs = /* GraphQL */ `
  scalar JSON
  scalar JSONObject
  type Query {
    profile(entity: String!, destinationId: ID!, idType: String!, idValue: String!): Profile
    profiles(entity: String!, destinationId: ID!, ids: [ProfileIdInput!]!): [Profile]!
  }
  type Profile {
    entity: String!
    destinationId: ID!
    id: ProfileId!
    exists: Boolean!
    models: [String!]!
    traits: JSONObject!
    trait(name: String!, model: String): JSON
  }
  type ProfileId {
    type: String!
    value: String!
  }
  input ProfileIdInput {
    type: String!
    value: String!
  }
`;

const redis = new Redis(settings.redisPort, '127.0.0.1');

async function readTogether(keys) {
  const pipeline = redis.pipeline();
  for (const key of keys) {
    pipeline.hgetall(key);
  }
  const replies = await pipeline.exec();
  return replies.map(([error, hash]) => error ?? parse(hash));
}

function parse(hash) {
  return Object.fromEntries(Object.entries(hash).map(([model, text]) => [model, JSON.parse(text)]));
}

/** @throws where the token is not the one the bench sends */
export function createContext(authorization) {
  if (authorization !== `Bearer ${settings.token}`) {
    throw new Error('Unauthorized');
  }
  return { profiles: new DataLoader(readTogether) };
}

async function read(profiles, entity, destinationId, { type, value }) {
  const data = await profiles.load(`${settings.workspaceId}:${destinationId}:${entity}:${type}:${value}`);
  return { entity, destinationId, id: { type, value }, data };
}

export const resolvers = {
  JSON: GraphQLJSON,
  JSONObject: GraphQLJSONObject,
  Query: {
    profile: (_, { entity, destinationId, idType, idValue }, { profiles }) =>
      read(profiles, entity, destinationId, { type: idType, value: idValue }),
    profiles: (_, { entity, destinationId, ids }, { profiles }) =>
      ids.map((id) => read(profiles, entity, destinationId, id)),
  },
  Profile: {
    exists: ({ data }) => Object.keys(data).length > 0,
    models: ({ data }) => Object.keys(data).sort(),
    traits: ({ data }) => data,
    trait: ({ data }, { name, model }) => {
      const models = model ? [model] : Object.keys(data).sort();
      const found = models.find((each) => data[each] && name in data[each]);
      return found === undefined ? null : data[found][name];
    },
  },
};
