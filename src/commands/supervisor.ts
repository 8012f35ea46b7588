/**
 * Keeps a number of worker processes going that share one port. A worker that dies is started again; the others serve on
 * meanwhile. The supervisor itself serves nobody and reads no profile.
 */

import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../telemetry/logger.js';
import { endHalfHandedConnection } from './half-handed.js';
import type { Configuration } from './live-configuration.js';
import { ASKS, isServeAnswer, SHARE, STOP, serveOrder } from './worker-orders.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A worker that lived as long as this died of something new. */
const STEADY_AFTER_MS = 30_000;
/** Longer than a worker takes to drain once it has announced it; one that is still there hangs. */
const KILL_AFTER_MS = 10_000;
/** A worker that has not said by then that it serves what it was told to is busy or hangs: the others are not kept waiting. */
const SERVES_WITHIN_MS = 1_000;

export interface SupervisorOptions {
  /** The file that a worker runs, and its arguments. */
  readonly exec: string;
  readonly args: readonly string[];
  /** Arguments of Node itself. */
  readonly execArgv: readonly string[];
  readonly workers: number;
  /** What the workers serve; asked whenever one starts. */
  readonly configuration: () => Configuration;
  readonly logger: Logger;
}

/** Where the workers listen. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

export interface Supervisor {
  /**
   * Starts the first worker, and the others once it listens.
   * @returns where all of them listen, or the exit code of the first worker where it could not: it has said why itself
   */
  start(): Promise<Listening | number>;
  /** Lets every worker serve another configuration, and resolves when those do that serve by now, or a second later. */
  serve(configuration: Configuration): Promise<void>;
  /** Lets every worker finish what is in flight, and resolves when all have ended. */
  stop(): Promise<void>;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { exec, args, execArgv, workers, configuration, logger } = options;
  // Dealt out in turn, connections come to a worker one at each turn of its event loop, and by way of this process, which is slow when it is
  // busy: where there is nobody to share with, it takes them itself.
  cluster.schedulingPolicy = workers === 1 ? cluster.SCHED_NONE : cluster.SCHED_RR;
  // What is served has dates and maps.
  cluster.setupPrimary({ exec, args: [...args], execArgv: [...execArgv], serialization: 'advanced' });
  const restarts = new Set<NodeJS.Timeout>();
  const serving = new WeakSet<Worker>();
  /** Those that were told what to serve, and hear of every change from then on. */
  const told = new Set<Worker>();
  let isKeeping = false;
  let orders = 0;

  /** @param deaths how often the one before it died soon after its start */
  function startWorker(deaths = 0): Promise<Listening | number> {
    const worker = cluster.fork();
    const startedAt = performance.now();
    endHalfHandedConnection(worker);
    worker.once('listening', () => {
      // One that dies again and again is given no more than comes to it by itself.
      if (deaths === 1) {
        shareAmongAll();
      }
      serving.add(worker);
    });
    worker.on('message', (message) => {
      if (message === ASKS) {
        told.add(worker);
        void order(worker, configuration());
      }
    });
    // Whatever is sent to one that has just ended comes back as this: connections, counts of rates. Its end is told below.
    worker.on('error', (error: NodeJS.ErrnoException) => {
      logger.warn(
        { worker: worker.id, reason: error.code ?? error.name },
        'a worker cannot be told anything',
      );
    });
    worker.on('exit', (code: number | null, signal: string | null) => {
      told.delete(worker);
      if (!isKeeping) {
        return;
      }
      const quickDeaths = performance.now() - startedAt < STEADY_AFTER_MS ? deaths : 0;
      const restartInMs = Math.min(FIRST_PAUSE_MS * 2 ** quickDeaths, LONGEST_PAUSE_MS);
      logger.error({ worker: worker.id, code, signal, restartInMs }, 'a worker has ended');
      const timer = setTimeout(() => {
        restarts.delete(timer);
        startWorker(quickDeaths + 1);
      }, restartInMs);
      restarts.add(timer);
    });
    return listeningOrExit(worker);
  }

  /** Callers keep their connections, so those of one that died are all with the others. */
  function shareAmongAll(): void {
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker !== undefined && serving.has(worker)) {
        worker.send(SHARE, () => {});
      }
    }
  }

  /**
   * Tells a worker what to serve.
   * @returns whether it does, or has ended, which is told otherwise; false where it has not said so in time
   */
  function order(worker: Worker, next: Configuration): Promise<boolean> {
    orders += 1;
    const number = orders;
    return new Promise((resolve) => {
      const hear = (message: unknown) => {
        if (isServeAnswer(message) && message.number === number) {
          settle(true);
        }
      };
      const end = () => settle(true);
      const timer = setTimeout(() => settle(false), SERVES_WITHIN_MS);
      const settle = (isServed: boolean) => {
        clearTimeout(timer);
        worker.off('message', hear);
        worker.off('exit', end);
        resolve(isServed);
      };
      worker.on('message', hear);
      worker.on('exit', end);
      // One that has just ended hears nothing.
      worker.send(serveOrder(number, next), () => {});
    });
  }

  function stopWorker(worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      const { drainSeconds } = configuration().config.server;
      const kill = setTimeout(() => worker.process.kill('SIGKILL'), KILL_AFTER_MS + drainSeconds * 1_000);
      worker.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      if (serving.has(worker) && worker.isConnected()) {
        worker.send(STOP, () => {});
      } else {
        // It may not listen to us yet, and nobody waits for its answers.
        worker.process.kill('SIGTERM');
      }
    });
  }

  return {
    async start() {
      const first = await startWorker();
      if (typeof first === 'number') {
        return first;
      }
      isKeeping = true;
      await Promise.all(Array.from({ length: workers - 1 }, () => startWorker()));
      return first;
    },
    async serve(next) {
      await Promise.all(
        Array.from(told, async (worker) => {
          const isServed = order(worker, next);
          // One that does not serve yet does what it is told in turn.
          if (serving.has(worker) && !(await isServed)) {
            logger.warn({ worker: worker.id }, 'a worker has not taken over the configuration yet');
          }
        }),
      );
    },
    async stop() {
      isKeeping = false;
      for (const timer of restarts) {
        clearTimeout(timer);
      }
      await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && stopWorker(worker)));
    },
  };
}

function listeningOrExit(worker: Worker): Promise<Listening | number> {
  return new Promise((resolve) => {
    worker.once('listening', ({ address, port }) => resolve({ address, port }));
    worker.once('exit', (code: number | null) => resolve(code ?? 1));
  });
}
