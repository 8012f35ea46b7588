/**
 * A stand-in, not a Redis: Debian's package has no JSON module. It speaks as much of RESP2 as a client needs to connect,
 * and answers JSON.GET as the module does: the document at the root, null for a key that is not there, an error for a key
 * of another type. EXISTS and UNLINK take one key, JSON.SET whole documents.
 */

import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface JsonModuleServer {
  readonly port: number;
  /** Calls of JSON.GET so far. */
  readonly reads: number;
  close(): Promise<void>;
}

/** @param documents key → the document's text, or null for a key that holds a string; JSON.SET and UNLINK change them */
export async function startJsonModuleServer(
  documents: Map<string, string | null>,
): Promise<JsonModuleServer> {
  let reads = 0;
  const sockets = new Set<Socket>();
  const answer = ([name = '', ...args]: readonly string[]): string => {
    switch (name.toLowerCase()) {
      case 'ping':
        return '+PONG\r\n';
      case 'info':
        return bulk('# Cluster\r\ncluster_enabled:0\r\n');
      case 'json.get': {
        reads += 1;
        const document = documents.get(args[0] ?? '');
        if (document === null) {
          return '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';
        }
        return document === undefined ? '$-1\r\n' : bulk(document);
      }
      case 'exists':
        return `:${documents.has(args[0] ?? '') ? 1 : 0}\r\n`;
      case 'unlink':
        return `:${documents.delete(args[0] ?? '') ? 1 : 0}\r\n`;
      case 'json.set': {
        const [key = '', path, document = ''] = args;
        if (path !== '$') {
          return '-ERR this stand-in sets whole documents alone\r\n';
        }
        documents.set(key, document);
        return '+OK\r\n';
      }
      default:
        return '+OK\r\n';
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      for (let parsed = parseCommand(pending); parsed !== undefined; parsed = parseCommand(pending)) {
        pending = pending.subarray(parsed.length);
        socket.write(answer(parsed.command));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get reads() {
      return reads;
    },
    close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** One command from the front of what came in: `*N`, then N times `$length` and the bytes. */
function parseCommand(bytes: Buffer): { command: string[]; length: number } | undefined {
  let at = 0;
  const number = (): number | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) {
      return undefined;
    }
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  const command: string[] = [];
  for (let i = 0; count !== undefined && i < count; i += 1) {
    const length = number();
    if (length === undefined || at + length + 2 > bytes.length) {
      return undefined;
    }
    command.push(bytes.toString('utf8', at, at + length));
    at += length + 2;
  }
  return count === undefined ? undefined : { command, length: at };
}
