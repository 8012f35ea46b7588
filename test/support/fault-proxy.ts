/** A TCP proxy of the loopback interface that stands before a server and breaks the way to it, as a test asks. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * - `pass`: bytes go both ways.
 * - `stall`: connections are accepted and stay open, and not a byte passes; what was held goes on with the next mode.
 * - `refuse`: nothing listens, so new connections are refused; open ones go on. With {@link FaultProxy.reset}, those end too.
 * - `reset`: open connections are reset, and each new one as soon as it is accepted.
 * - `drop-replies`: the server receives what is sent, and its replies are thrown away.
 */
export type FaultMode = 'pass' | 'stall' | 'refuse' | 'reset' | 'drop-replies';

export interface FaultProxy {
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Connections of clients that are open now. */
  readonly connections: number;
  /** Connections of clients accepted since the start, those reset at once included. */
  readonly accepted: number;
  /** Resolves when the mode holds. Throws where `refuse` ends and another process has taken the port meanwhile. */
  setMode(mode: FaultMode): Promise<void>;
  /** Holds back each reply that arrives from now on for this many milliseconds; 0, the default, for none. */
  setDelayMs(delayMs: number): void;
  /** Resets every open connection, once, in any mode. */
  reset(): void;
  /** Ends everything. May be called twice. */
  close(): Promise<void>;
}

/** What both directions of every connection look at. */
interface Gate {
  mode: FaultMode;
  delayMs: number;
  /** Resolves at once, or when the stall is over. */
  passable: Promise<void>;
}

/** Starts in mode `pass`. What it holds back, it holds in memory. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const gate: Gate = { mode: 'pass', delayMs: 0, passable: Promise.resolve() };
  const clients = new Set<Socket>();
  let accepted = 0;
  let endStall = () => {};
  let closed = false;

  // Half-open, so that the end of one direction does not cut off what still travels in the other.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', ignore);
    if (gate.mode === 'reset') {
      client.resetAndDestroy();
    } else {
      join(client, targetPort, gate);
    }
  });
  await listen(server, 0);
  const { port } = addressOf(server);

  const reset = () => {
    for (const client of clients) {
      client.resetAndDestroy();
    }
  };

  return {
    port,
    address: `127.0.0.1:${port}`,
    get connections() {
      return clients.size;
    },
    get accepted() {
      return accepted;
    },
    async setMode(mode) {
      if (closed) {
        throw new Error('The proxy is closed');
      }
      if (mode === gate.mode) {
        return;
      }
      gate.mode = mode;
      endStall();
      if (mode === 'stall') {
        gate.passable = new Promise((resolve) => {
          endStall = resolve;
        });
      }
      if (mode === 'reset') {
        reset();
      }
      if (mode === 'refuse') {
        // Stops listening at once; the callback would wait for the open connections too.
        server.close();
      } else if (!server.listening) {
        await listen(server, port);
      }
    },
    setDelayMs(delayMs) {
      gate.delayMs = delayMs;
    },
    reset,
    async close() {
      closed = true;
      for (const client of clients) {
        client.destroy();
      }
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}

/** Joins a client to the server behind the proxy; where one of the two breaks off, so does the other. */
function join(client: Socket, targetPort: number, gate: Gate): void {
  const upstream = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true, noDelay: true });
  upstream.on('error', ignore);
  relay(client, upstream, gate, 'requests');
  relay(upstream, client, gate, 'replies');
  client.once('close', () => upstream.destroy());
  upstream.once('close', async (broken) => {
    if (broken) {
      await gate.passable;
      client.resetAndDestroy();
    }
  });
}

/** Carries bytes and the end of the stream in their order, each when the gate lets it. */
function relay(from: Socket, to: Socket, gate: Gate, direction: 'requests' | 'replies'): void {
  let previous: Promise<void> = Promise.resolve();
  const inOrder = (action: () => void) => {
    const due = direction === 'replies' && gate.delayMs > 0 ? sleep(gate.delayMs) : undefined;
    previous = Promise.all([previous, due])
      .then(() => gate.passable)
      .then(() => {
        if (to.writable) {
          action();
        }
      });
  };
  from.on('data', (chunk) =>
    inOrder(() => {
      if (direction === 'requests' || gate.mode !== 'drop-replies') {
        to.write(chunk);
      }
    }),
  );
  from.once('end', () => inOrder(() => to.end()));
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (typeof address !== 'object' || address === null) {
    throw new Error('The proxy has no port');
  }
  return address;
}

/** Broken connections are what the proxy is for. */
function ignore(): void {}
