import cluster from 'node:cluster';
import { createGateway, type Gateway } from '../gateway.js';
import { createLogger, type Logger } from '../telemetry/logger.js';
import { answerSupervisor } from '../telemetry/metrics/worker-metrics.js';
import type { Configuration } from './live-configuration.js';
import { listenOrExplain } from './running.js';
import { ASKS, isServeOrder, SHARE, STOP, serveAnswer } from './worker-orders.js';
import { letYoungGenerationGrow } from './young-generation.js';

/**
 * Serves what the supervisor says, as one of its workers, until it says stop or goes away.
 * @throws CommandError when the port is taken.
 */
export async function runWorker(): Promise<void> {
  try {
    await serve();
  } finally {
    // Nothing else keeps the process.
    cluster.worker?.disconnect();
  }
}

async function serve(): Promise<void> {
  // Heard from the start: a worker may be told to stop before it serves.
  const stop = stopSaid();
  const { gateway, logger, port } = await gatewayAsTold((configuration) => {
    const logger = createLogger({ ...configuration.config.log, worker: cluster.worker?.id });
    const options = {
      ...configuration,
      logger,
      countRates: 'in the supervisor',
      serveMetrics: false,
    } as const;
    return { gateway: createGateway(options), logger };
  });
  const tellMetrics = answerSupervisor(() => gateway.readMetrics());
  // Before the first request comes in, so that it need not wait for it.
  const all = await gateway.warmUp();
  if (all) {
    logger.info('every destination answers');
  } else {
    logger.warn('not every destination answers: lookups there fail until it does, and /readyz says which');
  }
  await listenOrExplain(gateway, port, 'server.port');
  letYoungGenerationGrow();
  process.on('message', (message) => {
    if (message === SHARE) {
      gateway.renewConnections();
    }
  });
  if ((await stop) === 'all') {
    await gateway.announceStop();
  }
  await gateway.close();
  await tellMetrics();
}

interface Served {
  readonly gateway: Gateway;
  readonly logger: Logger;
}

/** @returns the gateway of the first configuration that the supervisor gives; it takes over the later ones by itself */
function gatewayAsTold(
  create: (configuration: Configuration) => Served,
): Promise<Served & { readonly port: number }> {
  return new Promise((resolve) => {
    let gateway: Gateway | undefined;
    process.on('message', (message) => {
      if (!isServeOrder(message)) {
        return;
      }
      const { configuration } = message;
      if (gateway === undefined) {
        const served = create(configuration);
        gateway = served.gateway;
        resolve({ ...served, port: configuration.config.server.port });
      } else {
        gateway.reload(configuration);
      }
      process.send?.(serveAnswer(message));
    });
    process.send?.(ASKS);
  });
}

/** By the supervisor to all its workers; or by a signal to this worker alone, which is then started anew. */
function stopSaid(): Promise<'all' | 'alone'> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === STOP) {
        resolve('all');
      }
    });
    process.on('SIGTERM', () => resolve('alone'));
    // A terminal tells every process of its group; the supervisor passes it on.
    process.on('SIGINT', () => {});
    process.on('SIGHUP', () => {});
  });
}
