import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { measured } from './measured.mjs';
import { createContext, resolvers, typeDefs } from './peer-schema.mjs';

const server = new ApolloServer({ typeDefs, resolvers });
const { url } = await startStandaloneServer(server, {
  context: async ({ req }) => createContext(req.headers.authorization),
  listen: { port: 0, host: '127.0.0.1' },
});
measured(Number(new URL(url).port));
