import { bodiesOf } from '../cases.mjs';

/** What `load` is to ask a server: a case, with the token that it knows. */
export function targetOf(server, name, { token }) {
  return { ...bodiesOf(name, server.name), port: server.port, token };
}
