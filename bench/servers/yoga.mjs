import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { measured } from './measured.mjs';
import { createContext, resolvers, typeDefs } from './peer-schema.mjs';

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => createContext(request.headers.get('authorization')),
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => measured(server.address().port));
