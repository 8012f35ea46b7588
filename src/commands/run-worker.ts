import cluster from 'node:cluster';
import { createGateway, type Gateway } from '../gateway.js';
import { createLogger } from '../telemetry/logger.js';
import type { Configuration } from './live-configuration.js';
import { listenOrExplain } from './running.js';
import { ASKS, isServeOrder, SERVES, STOP } from './worker-orders.js';

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
  const logger = createLogger({ worker: cluster.worker?.id });
  // Heard from the start: a worker may be told to stop before it serves.
  const stop = stopSaid();
  const { gateway, port } = await gatewayAsTold((configuration) =>
    createGateway({ ...configuration, logger, countRates: 'in the supervisor' }),
  );
  // Before the first request comes in, so that it need not wait for it.
  const all = await gateway.warmUp();
  if (all) {
    logger.info('every destination answers');
  } else {
    logger.warn('not every destination answers: lookups there fail until it does, and /readyz says which');
  }
  await listenOrExplain(gateway, port, 'server.port');
  if ((await stop) === 'all') {
    await gateway.announceStop();
  }
  await gateway.close();
}

/** @returns the gateway of the first configuration that the supervisor gives; it takes over the later ones by itself */
function gatewayAsTold(
  create: (configuration: Configuration) => Gateway,
): Promise<{ readonly gateway: Gateway; readonly port: number }> {
  return new Promise((resolve) => {
    let gateway: Gateway | undefined;
    process.on('message', (message) => {
      if (!isServeOrder(message)) {
        return;
      }
      const { configuration } = message;
      if (gateway === undefined) {
        gateway = create(configuration);
        resolve({ gateway, port: configuration.config.server.port });
      } else {
        gateway.reload(configuration);
      }
      process.send?.(SERVES);
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
