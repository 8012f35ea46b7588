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
    const results: Result[] = new Array(commands.length);
    let unsettled = commands.length;
    const writer = new Writer(connection, commands);
    for (const [position, command] of commands.entries()) {
      writer.send(
        new BareCommand(command, (result) => {
          results[position] = result;
          unsettled -= 1;
          if (unsettled === 0) {
            resolve(results);
          }
        }),
      );
    }
    writer.flush();
  });
}

/** Sends one command by itself. In a cluster ioredis follows it to the node that has the key, with ASK and MOVED as they come. */
export function sendAlone(connection: Redis | Cluster, command: RedisCommand): Promise<Result> {
  return new Promise((resolve) => connection.sendCommand(new BareCommand(command, resolve)));
}

/** A command that hands its reply on as it came, where ioredis would make objects and promises of it. */
class BareCommand extends Command {
  constructor([name, ...args]: RedisCommand, settle: (result: Result) => void) {
    super(name, args);
    this.resolve = (reply: unknown) => settle(valueResult(reply));
    this.reject = (error) => settle(errorResult(error));
  }
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
