/** HTTP over one connection, one request after the other, with as little work as can be: what measures must not be what is slow. */

import { connect, type Socket } from 'node:net';

export interface LeanAnswer {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

export class LeanClient {
  readonly #port: number;
  #socket: Socket | undefined;
  #chunks: Buffer = Buffer.alloc(0);
  #resolve: (answer: LeanAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** Connects when it is first asked, and again whenever the connection is gone. */
  constructor(port: number) {
    this.#port = port;
  }

  /**
   * @param message a whole request, as {@link leanMessage} makes it. One at a time.
   * @throws what has become of the connection, where no answer came.
   */
  ask(message: Buffer): Promise<LeanAnswer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket ??= this.#connect();
      this.#socket.write(message);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    this.#chunks = Buffer.alloc(0);
    socket.on('data', (chunk) => this.#take(chunk, socket));
    socket.on('error', (error) => this.#reject(error));
    socket.on('close', () => {
      // One that was left at its last answer has nobody waiting for it.
      if (this.#socket === socket) {
        this.#socket = undefined;
        this.#reject(new Error('the connection has ended'));
      }
    });
    return socket;
  }

  #take(chunk: Buffer, socket: Socket): void {
    this.#chunks = this.#chunks.length === 0 ? chunk : Buffer.concat([this.#chunks, chunk]);
    const headEnd = this.#chunks.indexOf(HEAD_END);
    if (headEnd === -1) {
      return;
    }
    const head = this.#chunks.toString('latin1', 0, headEnd);
    const bodyAt = headEnd + HEAD_END.length;
    const end = bodyAt + Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.#chunks.length < end) {
      return;
    }
    const body = this.#chunks.subarray(bodyAt, end);
    this.#chunks = this.#chunks.subarray(end);
    if (/connection: close/i.test(head)) {
      this.#socket = undefined;
      socket.end();
    }
    this.#resolve({ status: Number(head.slice(9, 12)), body });
  }
}

/** A POST of JSON. */
export function leanMessage(path: string, token: string, body: unknown): Buffer {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`);
}
