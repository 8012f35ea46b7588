import cluster from 'node:cluster';
import { loadConfig } from '../config/load.js';
import { watchAccessTokens } from '../config/watch-access-tokens.js';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.js';
import { TrustedDocumentsError } from '../graphql/load-trusted-documents.js';
import { createLogger } from '../telemetry/logger.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import { listenOrExplain } from './running.js';
import { STOP } from './supervisor.js';

/**
 * Serves a configuration as one of the supervisor's workers, until it says stop or goes away.
 * @throws what {@link runServe} says
 */
export async function runWorker(file: string, env: CommandIo['env']): Promise<void> {
  try {
    await serve(file, env);
  } finally {
    // Nothing else keeps the process.
    cluster.worker?.disconnect();
  }
}

async function serve(file: string, env: CommandIo['env']): Promise<void> {
  // Heard from the start: a worker may be told to stop before it serves.
  const stop = stopSaid();
  const config = await loadConfig(file, env);
  const logger = createLogger({ worker: cluster.worker?.id });
  const gateway = openGateway({ config, logger, countRates: 'in the supervisor' });
  await listenOrExplain(gateway, config.server.port, 'server.port');
  // Not waited for: a gateway serves the destinations that answer, whatever the others do.
  gateway.connect().then((all) => {
    if (all) {
      logger.info('every destination answers');
    } else {
      logger.warn('not every destination answers: lookups there fail until it does, and /readyz says which');
    }
  });
  const unwatch = watchAccessTokens({
    file,
    env,
    config,
    onChange(accessTokens) {
      gateway.replaceAccessTokens(accessTokens);
      logger.info({ accessTokens: accessTokens.length }, 'access tokens read again');
    },
    onMistake: ({ message }) =>
      logger.error({ mistakes: message }, 'access tokens not read again: those known before stay'),
  });
  await stop;
  await gateway.close();
  unwatch();
}

/** By the supervisor; or by a signal to this worker alone, which is then started anew. */
function stopSaid(): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === STOP) {
        resolve();
      }
    });
    process.on('SIGTERM', resolve);
    // A terminal tells every process of its group; the supervisor passes it on.
    process.on('SIGINT', () => {});
  });
}

function openGateway(options: GatewayOptions): Gateway {
  try {
    return createGateway(options);
  } catch (error) {
    throw error instanceof TrustedDocumentsError ? new CommandError(error.message) : error;
  }
}
