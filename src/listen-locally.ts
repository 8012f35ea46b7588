import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Addresses of the loopback interface; a machine may have one of them only. */
const LOOPBACK = ['127.0.0.1', '::1'];

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
  let failure: unknown;
  for (const host of LOOPBACK) {
    const server = createServer(serve);
    server.listen({ host, port: 0, exclusive: true });
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      return { host, port, close: () => void server.close() };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
