/** A balancer before several gateways, as simple as one can be: it asks who is ready, and sends each request to the next of those. */

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often each backend is asked. */
const PROBE_MS = 100;

export interface Balancer {
  readonly url: string;
  /** Backends that are ready now. */
  readonly ready: readonly number[];
  close(): Promise<void>;
}

/** @param ports of the gateways */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<number>();
  let isRunning = true;
  let turn = 0;

  const probing = Promise.all(
    ports.map(async (port) => {
      while (isRunning) {
        if (await isReady(port)) {
          ready.add(port);
        } else {
          ready.delete(port);
        }
        await sleep(PROBE_MS);
      }
    }),
  );

  /** Nothing is sent twice: whatever goes wrong with a gateway is seen by the caller. */
  function pass(message: IncomingMessage, reply: ServerResponse): void {
    const [...backends] = ready;
    turn += 1;
    const port = backends[turn % backends.length];
    if (port === undefined) {
      reply.writeHead(502).end('no gateway is ready');
      return;
    }
    const { method, url, headers } = message;
    const onward = request({ agent, host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? '' });
      answer.pipe(reply);
    });
    onward.on('error', ({ message: why }) => {
      if (!reply.headersSent) {
        reply.writeHead(502).end(why);
      }
    });
    message.pipe(onward);
  }

  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get ready() {
      return [...ready];
    },
    async close() {
      isRunning = false;
      await probing;
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
