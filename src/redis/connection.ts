/**
 * The one connection to a destination's Redis: opened by the first command, shared by all requests, healing by itself.
 * Every call ends within the destination's time-out, and no call waits for a server that is known to be away.
 */

import { type Cancellation, NEVER_CANCELLED } from '../cancellation.js';
import { type GatewayError, storeTimeout, storeUnavailable } from '../errors.js';
import type { Logger } from '../telemetry/logger.js';
import type { DestinationMetrics } from '../telemetry/metrics/destination-metrics.js';
import type { SpanAttributes, TracedSpan } from '../telemetry/tracing.js';
import { Circuits } from './circuits.js';
import type { RedisClient, RedisCommand, RedisReply } from './client.js';
import { before, remaining, TIMED_OUT } from './deadline.js';
import { Refusals } from './refusals.js';
import { errorWord, isElsewhere, isUnserved, type Result } from './reply.js';
import { sendAlone, sendTogether } from './send.js';
import type { Route, Topology } from './topology.js';

/** Most commands sent in one pipeline: bounds what one request holds in the socket's queue. */
const MAX_PIPELINE_COMMANDS = 500;
/** Batches under way at once; more are refused, so that a slow server cannot fill the memory. */
const MAX_BATCHES = 1_000;

export interface ConnectionOptions {
  /** Named in errors and logs. */
  readonly destinationId: string;
  /** Longest time one call may take, connecting included, in milliseconds. */
  readonly timeoutMs: number;
  readonly topology: Topology;
  /** Asked once, when the first connection stands: the topology that fits better, if there is one. */
  readonly detect?: (topology: Topology) => Promise<Topology | undefined>;
  readonly logger: Logger;
  /** Whether a command that got no reply may have changed something, and is not to be sent again; false by default. */
  readonly isForWrites?: boolean;
  /** Left out: nobody counts. */
  readonly metrics?: DestinationMetrics | undefined;
}

export class Connection implements RedisClient {
  readonly #destinationId: string;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  readonly #refusals: Refusals;
  readonly #maySendAgain: (result: Result) => boolean;
  readonly #circuits: Circuits<ServedRoute>;
  readonly #metrics: DestinationMetrics | undefined;
  readonly #unwatch: (() => void) | undefined;
  #topology: Topology;
  /** Set until it is known which topology this is. */
  #detect: ConnectionOptions['detect'];
  /** Times the connection was lost, or could not be made, since it last stood. */
  #losses = 0;
  #waiters: ((connected: boolean) => void)[] = [];
  #batches = 0;
  #closed = false;
  /** The last failure told to the log, so that a server that stays away is told once, not at every attempt. */
  #toldFailure: string | undefined;

  constructor({
    destinationId,
    timeoutMs,
    topology,
    detect,
    logger,
    isForWrites = false,
    metrics,
  }: ConnectionOptions) {
    this.#maySendAgain = isForWrites ? isElsewhere : isLost;
    this.#destinationId = destinationId;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger.child({ destinationId });
    this.#refusals = new Refusals(this.#logger);
    this.#detect = detect;
    this.#metrics = metrics;
    this.#circuits = new Circuits((node, state) => {
      this.#logger.warn({ node }, `circuit ${state}`);
      if (state === 'open') {
        metrics?.circuitOpened();
      }
    });
    this.#unwatch = metrics?.watchConnection(() => ({
      isUp: this.#topology.connection.status === 'ready',
      circuits: this.#circuits.statesOf(this.#topology.nodes?.()),
    }));
    this.#topology = topology;
    this.#watch(topology);
  }

  async pipeline(
    commands: readonly RedisCommand[],
    cancellation = NEVER_CANCELLED,
    span?: TracedSpan,
  ): Promise<readonly RedisReply[]> {
    if (this.#batches >= MAX_BATCHES) {
      this.#metrics?.pipelineRefused('overflow');
      return commands.map(() => this.#failed('unavailable'));
    }
    this.#batches += 1;
    try {
      return await this.#run(commands, cancellation, performance.now() + this.#timeoutMs, span);
    } finally {
      this.#batches -= 1;
    }
  }

  async check(): Promise<void> {
    const [reply] = await this.pipeline([['ping']]);
    if (reply?.kind !== 'value') {
      throw reply?.kind === 'failed' ? reply.error : storeUnavailable(this.#destinationId);
    }
    const connected = this.#topology.connectAll?.();
    await (connected && before(performance.now() + this.#timeoutMs, connected));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#unwatch?.();
    this.#topology.connection.disconnect();
    return Promise.resolve();
  }

  async #run(
    commands: readonly RedisCommand[],
    cancellation: Cancellation,
    deadline: number,
    span: TracedSpan | undefined,
  ): Promise<RedisReply[]> {
    if (!this.#isReady()) {
      if (!(await this.#becomesReady(deadline))) {
        this.#metrics?.pipelineRefused('unavailable');
        return commands.map(() => this.#failed('unavailable'));
      }
      const error = cancellation.reason;
      if (error !== undefined) {
        return commands.map(() => ({ kind: 'failed', error }));
      }
    }
    const results: Result[] = [];
    const routes = this.#topology.route(commands).flatMap(inChunks);
    const serve = async (route: Route) => {
      const served = await this.#circuits.run(route.node, () => this.#serve(route, commands, deadline, span));
      if (served === undefined) {
        this.#metrics?.pipelineRefused('circuit_open');
      }
      for (const [index, position] of route.positions.entries()) {
        results[position] = served?.results[index] ?? CIRCUIT_OPEN_RESULT;
      }
    };
    const [first, ...others] = routes;
    if (first !== undefined) {
      await (others.length === 0 ? serve(first) : Promise.all(routes.map(serve)));
    }
    this.#refusals.note(results);
    return results.map((result) => this.#toReply(result));
  }

  /** One pipeline to one node, and once more what of it was lost. */
  async #serve(
    route: Route,
    commands: readonly RedisCommand[],
    deadline: number,
    span: TracedSpan | undefined,
  ): Promise<ServedRoute> {
    const { connection } = this.#topology;
    const routed = commandsAt(route.positions, commands);
    const pipeline = span?.call(...pipelineSpan(route, routed));
    const startedAt = performance.now();
    const sent = await before(deadline, sendTogether(connection, routed));
    const outcome = outcomeOf(sent);
    pipeline?.end(outcome === 'ok' ? undefined : outcome);
    this.#metrics?.pipeline(outcome, routed.length, (performance.now() - startedAt) / 1_000);
    if (sent === TIMED_OUT || sent instanceof Error) {
      return { ok: false, results: routed.map(() => TIMED_OUT_RESULT) };
    }
    if (sent.some(this.#maySendAgain)) {
      await this.#sendLostAgain(routed, sent, deadline);
    }
    return { ok: !sent.every(isLost), results: sent };
  }

  /** What a lost connection took with it, or a node of a cluster sent elsewhere, is sent once more where it may be. */
  async #sendLostAgain(
    commands: readonly RedisCommand[],
    results: Result[],
    deadline: number,
  ): Promise<void> {
    const { mode, connection } = this.#topology;
    // A connection that has just lost a command may still call itself ready; a cluster has others.
    if (mode !== 'cluster' && !(await this.#becomesReady(deadline))) {
      return;
    }
    await before(
      deadline,
      Promise.all(
        commands.map(async (command, position) => {
          const lost = results[position];
          if (lost !== undefined && this.#maySendAgain(lost)) {
            const [result = TIMED_OUT_RESULT] = await sendAlone(connection, command);
            results[position] = result;
          }
        }),
      ),
    );
  }

  #isReady(): boolean {
    return this.#detect === undefined && this.#topology.connection.status === 'ready';
  }

  /**
   * Waits for the connection that is being made, at most until the deadline. Says no at once while a server is known to
   * be away: when the connection was lost and the first attempt to make it anew has failed.
   */
  #becomesReady(deadline: number): Promise<boolean> {
    const { connection } = this.#topology;
    const { status } = connection;
    if (status === 'end' || (this.#losses > 1 && (status === 'reconnecting' || status === 'close'))) {
      return Promise.resolve(false);
    }
    if (status === 'wait') {
      connection.connect().catch((error: Error) => this.#tellFailure(error));
    }
    return new Promise((resolve) => {
      const settle = (connected: boolean) => {
        clearTimeout(timer);
        resolve(connected);
      };
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((waiter) => waiter !== settle);
        resolve(false);
      }, remaining(deadline));
      this.#waiters.push(settle);
    });
  }

  #watch(topology: Topology): void {
    topology.connection
      .on('ready', () => void this.#onReady(topology))
      .on('close', () => {
        if (topology === this.#topology) {
          this.#losses += 1;
          // After the first loss there is an attempt to wait for; once that has failed too, the server is away.
          if (this.#losses > 1) {
            this.#settleWaiters(false);
          }
        }
      })
      .on('end', () => topology === this.#topology && this.#settleWaiters(false))
      .on('error', (error: Error) => this.#tellFailure(error));
  }

  async #onReady(topology: Topology): Promise<void> {
    const better = await this.#detect?.(topology);
    if (this.#closed || topology.connection.status !== 'ready') {
      // Lost while it was asked what it is: no answer is no answer, and the next connection is asked again.
      better?.connection.disconnect();
      return;
    }
    this.#detect = undefined;
    if (better === undefined) {
      this.#losses = 0;
      this.#logger.info(
        { mode: topology.mode },
        this.#toldFailure === undefined ? 'Redis connected' : 'Redis is back',
      );
      this.#toldFailure = undefined;
      this.#settleWaiters(true);
      return;
    }
    this.#logger.info({ mode: better.mode }, 'Redis is of another mode than the configuration left open');
    this.#topology = better;
    topology.connection.disconnect();
    this.#watch(better);
    better.connection.connect().catch((error: Error) => this.#tellFailure(error));
  }

  #settleWaiters(connected: boolean): void {
    for (const settle of this.#waiters.splice(0)) {
      settle(connected);
    }
  }

  #toReply(result: Result | undefined): RedisReply {
    if (result?.kind === 'value' || result?.kind === 'wrong-type') {
      return result;
    }
    return this.#failed(result === TIMED_OUT_RESULT ? 'timeout' : 'unavailable');
  }

  #failed(why: 'timeout' | 'unavailable'): RedisReply {
    const error: GatewayError =
      why === 'timeout'
        ? storeTimeout(this.#destinationId, this.#timeoutMs)
        : storeUnavailable(this.#destinationId);
    return { kind: 'failed', error };
  }

  #tellFailure(error: Error): void {
    const reason = errorWord(error);
    if (this.#toldFailure !== reason) {
      this.#toldFailure = reason;
      this.#logger.warn({ reason }, 'Redis cannot be reached');
    }
  }
}

/** What came of the commands of a route; not ok when the node served none of them. */
interface ServedRoute {
  readonly ok: boolean;
  readonly results: readonly Result[];
}

const TIMED_OUT_RESULT: Result = { kind: 'refused', reason: 'TIMEOUT' };
const CIRCUIT_OPEN_RESULT: Result = { kind: 'refused', reason: 'CIRCUIT_OPEN' };

function outcomeOf(sent: readonly Result[] | typeof TIMED_OUT | Error): 'ok' | 'timeout' | 'lost' | 'error' {
  if (sent === TIMED_OUT || sent instanceof Error) {
    return 'timeout';
  }
  if (sent.every(isLost)) {
    return 'lost';
  }
  return sent.every(isUnserved) ? 'error' : 'ok';
}

/** As OpenTelemetry's conventions for databases have it. The node is of the configuration or the cluster; keys are left out. */
function pipelineSpan({ node }: Route, commands: readonly RedisCommand[]): [string, SpanAttributes] {
  const [first] = commands;
  const name = `PIPELINE ${(first?.[0] ?? '').toUpperCase()}`;
  return [
    name,
    {
      'db.system.name': 'redis',
      'db.operation.name': name,
      'db.operation.batch.size': commands.length,
      'activation_gateway.redis.node': node,
    },
  ];
}

function inChunks({ node, positions }: Route): Route[] {
  if (positions.length <= MAX_PIPELINE_COMMANDS) {
    return [{ node, positions }];
  }
  const chunks: Route[] = [];
  for (let start = 0; start < positions.length; start += MAX_PIPELINE_COMMANDS) {
    chunks.push({ node, positions: positions.slice(start, start + MAX_PIPELINE_COMMANDS) });
  }
  return chunks;
}

function commandsAt(
  positions: readonly number[],
  commands: readonly RedisCommand[],
): readonly RedisCommand[] {
  // Most often one node serves them all.
  return positions.length === commands.length
    ? commands
    : positions.flatMap((position) => commands.slice(position, position + 1));
}

function isLost(result: Result): boolean {
  return result.kind === 'lost';
}
