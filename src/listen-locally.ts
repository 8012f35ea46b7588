import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface LocalServer {
  readonly host: string;
  readonly port: number;
  close(): void;
}

/**
 * A server on the loopback interface, at a port that nobody knows: this process's own, not one that workers share.
 * @throws where there is no loopback interface
 */
export async function listenLocally(serve: (connection: Socket) => void): Promise<LocalServer> {
  const host = 'localhost';
  const server = createServer(serve);
  server.listen({ host, port: 0, exclusive: true });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host, port, close: () => void server.close() };
}
