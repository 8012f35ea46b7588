import { loadConfig } from '../config/load.js';
import { createGateway } from '../gateway.js';
import { createLogger } from '../telemetry/logger.js';
import type { CommandIo } from './io.js';
import { listenOrExplain, runUntilStopped } from './running.js';

/**
 * Serves a configuration until the process is told to stop.
 * @throws ConfigError when the file is not valid; CommandError when the port is taken.
 */
export async function runServe(file: string, env: CommandIo['env']): Promise<void> {
  const config = await loadConfig(file, env);
  const logger = createLogger();
  const gateway = createGateway({ config, logger });
  const { address, port } = await listenOrExplain(gateway, config.server.port, 'server.port');
  logger.info({ address, port, destinations: config.destinations.length }, 'listening');
  // Not waited for: a gateway serves the destinations that answer, whatever the others do.
  gateway.connect().then((all) => {
    if (all) {
      logger.info('every destination answers');
    } else {
      logger.warn('not every destination answers: lookups there fail until it does, and /readyz says which');
    }
  });
  await runUntilStopped(gateway, () => logger.info('stopping'));
  logger.info('stopped');
}
