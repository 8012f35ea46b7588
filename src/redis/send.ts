/**
 * Commands out, bare replies in. ioredis's own pipelines make three promises a command and an object of every hash, which
 * together cost more than all the rest of a lookup: docs/decisions/0009-hot-path.md.
 */

import calculateSlot from 'cluster-key-slot';
import { Cluster, Command, type Redis } from 'ioredis';
import type { RedisCommand } from './client.js';
import { errorResult, type Result, valueResult } from './reply.js';

/**
 * Sends commands that one node serves, all in one write.
 * @param connection ready
 * @returns one result a command, in their order. Does not reject, and waits for as long as the connection does: the caller
 *   has the deadline.
 */
export function sendTogether(
  connection: Redis | Cluster,
  commands: readonly RedisCommand[],
): Promise<Result[]> {
  return new Promise((resolve) => {
    const writer = new Writer(connection, commands);
    const replies = new Replies(commands.length, resolve);
    for (const [position, command] of commands.entries()) {
      writer.send(new BareCommand(command, replies, position));
    }
    writer.flush();
  });
}

/** Sends one command by itself. In a cluster ioredis follows it to the node that has the key, with ASK and MOVED as they come. */
export function sendAlone(connection: Redis | Cluster, command: RedisCommand): Promise<Result[]> {
  return new Promise((resolve) => {
    connection.sendCommand(new BareCommand(command, new Replies(1, resolve), 0));
  });
}

/** The replies to commands that were sent together. */
class Replies {
  readonly #results: Result[];
  readonly #onComplete: (results: Result[]) => void;
  #missing: number;

  constructor(count: number, onComplete: (results: Result[]) => void) {
    this.#results = new Array(count);
    this.#onComplete = onComplete;
    this.#missing = count;
  }

  /** The first result of a command counts, as it does for a promise. */
  put(position: number, result: Result): void {
    if (this.#results[position] !== undefined) {
      return;
    }
    this.#results[position] = result;
    this.#missing -= 1;
    if (this.#missing === 0) {
      this.#onComplete(this.#results);
    }
  }
}

/** A command that hands its reply on as it came, where ioredis would make objects and promises of it. */
class BareCommand extends Command {
  readonly #replies: Replies;
  readonly #position: number;

  constructor([name, ...args]: RedisCommand, replies: Replies, position: number) {
    super(name, args);
    this.#replies = replies;
    this.#position = position;
    // ioredis has made functions of its own for each command; these are the same for all.
    this.resolve = settleWithReply;
    this.reject = settleWithError;
  }

  settle(result: Result): void {
    this.#replies.put(this.#position, result);
  }
}

function settleWithReply(this: BareCommand, reply: unknown): void {
  this.settle(valueResult(reply));
}

function settleWithError(this: BareCommand, error: Error): void {
  this.settle(errorResult(error));
}

/** Gathers what is written while commands are sent, so that it is one piece. */
class Writer {
  readonly #connection: Redis | Cluster;
  readonly #node: Node;
  readonly #stream: PipelineStream;
  #gathered = '';
  #isGathering = true;

  constructor(connection: Redis | Cluster, [first]: readonly RedisCommand[]) {
    this.#connection = connection;
    this.#node =
      connection instanceof Cluster
        ? new ClusterNode(calculateSlot(first?.[1] ?? ''))
        : { redis: connection };
    this.#stream = { isPipeline: true, destination: this.#node, write: (text) => this.#write(text) };
  }

  send(command: Command): void {
    if (this.#connection instanceof Cluster) {
      this.#connection.sendCommand(command, this.#stream, this.#node);
    } else {
      this.#connection.sendCommand(command, this.#stream);
    }
  }

  /** To be called in the tick that the commands were sent in: ioredis expects the replies in the order of its writes. */
  flush(): void {
    this.#isGathering = false;
    if (this.#gathered !== '') {
      this.#write(this.#gathered);
    }
  }

  #write(text: string | Buffer): void {
    if (this.#isGathering) {
      this.#gathered += text;
    } else {
      // What comes later had to wait for a node of a cluster to be connected.
      writeWithOthers(this.#node.redis.stream, text);
    }
  }
}

/** What several requests write in one turn of the event loop goes to the socket together, in the order written. */
function writeWithOthers(socket: Redis['stream'], text: string | Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    setImmediate(() => socket.uncork());
  }
  socket.write(text);
}

type PipelineStream = Extract<Parameters<Redis['sendCommand']>[1], { isPipeline: true }>;

interface Node {
  readonly redis: Redis;
}

/** The node that serves a slot: ioredis finds it when the first command is sent, and sends the others there too. */
class ClusterNode implements Node {
  readonly slot: number;
  redis!: Redis;

  constructor(slot: number) {
    this.slot = slot;
  }
}
