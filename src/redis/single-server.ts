/** One Redis server behind ioredis: fails fast while it is away, reconnects with growing pauses. */

import { Redis } from 'ioredis';
import type { RedisSettings } from '../config/config.js';
import { type GatewayError, storeTimeout, storeUnavailable } from '../errors.js';
import type { Logger } from '../telemetry/logger.js';
import type { RedisClient, RedisCommand, RedisReply } from './client.js';
import { connectionOptions } from './connection-options.js';
import { errorWord, toReply } from './reply.js';

/** Most commands sent in one pipeline: bounds what one request holds in the socket's queue. */
export const MAX_PIPELINE_COMMANDS = 500;

/** What a connection is opened for. */
export interface RedisClientOptions {
  /** Named in errors and logs. */
  readonly destinationId: string;
  readonly settings: RedisSettings;
  /** Longest time one call may take, connecting included, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Opens nothing yet: the connection is made by the first command. */
export function createSingleServer(options: RedisClientOptions): RedisClient {
  return new SingleServer(options);
}

class SingleServer implements RedisClient {
  readonly #redis: Redis;
  readonly #destinationId: string;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  /** Settles when the attempt to connect that is under way ends: whether it did connect. */
  #connecting: Promise<boolean> | undefined;
  /** The last failure told to the log, so that a server that stays away is told once, not at every attempt. */
  #toldFailure: string | undefined;

  constructor({ destinationId, settings, timeoutMs, logger }: RedisClientOptions) {
    this.#destinationId = destinationId;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger.child({ destinationId });
    this.#redis = new Redis(connectionOptions(settings, timeoutMs));
    this.#redis.on('error', (error: Error) => this.#tellFailure(error));
    this.#redis.on('ready', () => this.#tellReady());
  }

  async pipeline(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    const deadline = performance.now() + this.#timeoutMs;
    if (this.#redis.status !== 'ready' && !(await this.#connected())) {
      return commands.map(() => this.#failed(storeUnavailable(this.#destinationId)));
    }
    const remainingMs = Math.max(1, deadline - performance.now());
    const chunks: Promise<readonly RedisReply[]>[] = [];
    for (let start = 0; start < commands.length; start += MAX_PIPELINE_COMMANDS) {
      chunks.push(this.#send(commands.slice(start, start + MAX_PIPELINE_COMMANDS), remainingMs));
    }
    return chunks.length === 1 ? ((await chunks[0]) ?? []) : (await Promise.all(chunks)).flat();
  }

  async check(): Promise<void> {
    const [reply] = await this.pipeline([['ping']]);
    if (reply?.kind !== 'value') {
      throw reply?.kind === 'failed' ? reply.error : storeUnavailable(this.#destinationId);
    }
  }

  close(): Promise<void> {
    this.#redis.disconnect();
    return Promise.resolve();
  }

  /** One pipeline: written to the socket at once, given up at the deadline. */
  #send(commands: readonly RedisCommand[], timeoutMs: number): Promise<readonly RedisReply[]> {
    const pipeline = this.#redis.pipeline();
    for (const [name, ...args] of commands) {
      pipeline.call(name, ...args);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(commands.map(() => this.#failed(storeTimeout(this.#destinationId, this.#timeoutMs))));
      }, timeoutMs);
      pipeline.exec().then(
        (results) => {
          clearTimeout(timer);
          resolve(this.#replies(commands, results ?? []));
        },
        (error: Error) => {
          clearTimeout(timer);
          resolve(
            this.#replies(
              commands,
              commands.map(() => [error, undefined]),
            ),
          );
        },
      );
    });
  }

  #replies(commands: readonly RedisCommand[], results: readonly [Error | null, unknown][]): RedisReply[] {
    const unavailable = storeUnavailable(this.#destinationId);
    const replies = commands.map((_, index) => toReply(results[index], unavailable));
    const refused = replies.findIndex((reply) => reply.kind === 'failed');
    if (refused !== -1) {
      const reason = errorWord(results[refused]?.[0]);
      this.#logger.warn({ reason, commands: commands.length }, 'Redis did not serve a pipeline');
    }
    return replies;
  }

  #failed(error: GatewayError): RedisReply {
    return { kind: 'failed', error };
  }

  /** Waits for the attempt that is under way, the first one included; says no at once between two attempts. */
  #connected(): Promise<boolean> {
    const { status } = this.#redis;
    if (status === 'reconnecting' || status === 'close' || status === 'end') {
      return Promise.resolve(false);
    }
    if (status === 'wait') {
      this.#redis.connect().catch((error: Error) => this.#tellFailure(error));
    }
    this.#connecting ??= new Promise<boolean>((resolve) => {
      const settle = (connected: boolean) => {
        this.#redis.off('ready', onReady).off('close', onClose).off('end', onClose);
        this.#connecting = undefined;
        resolve(connected);
      };
      const onReady = () => settle(true);
      const onClose = () => settle(false);
      this.#redis.on('ready', onReady).on('close', onClose).on('end', onClose);
    });
    return within(this.#connecting, this.#timeoutMs);
  }

  #tellFailure(error: Error): void {
    const reason = errorWord(error);
    if (this.#toldFailure !== reason) {
      this.#toldFailure = reason;
      this.#logger.warn({ reason }, 'Redis cannot be reached');
    }
  }

  #tellReady(): void {
    this.#logger.info(this.#toldFailure === undefined ? 'Redis connected' : 'Redis is back');
    this.#toldFailure = undefined;
  }
}

/** The promise's own answer, or false when it takes longer. */
function within(promise: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
