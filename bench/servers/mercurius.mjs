import Fastify from 'fastify';
import mercurius from 'mercurius';
import { measured } from './measured.mjs';
import { createContext, resolvers, typeDefs } from './peer-schema.mjs';

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  context: (request) => createContext(request.headers.authorization),
  jit: 1,
});
await app.listen({ port: 0, host: '127.0.0.1' });
measured(app.server.address().port);
