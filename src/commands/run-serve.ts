import { loadConfig } from '../config/load.js';
import { watchAccessTokens } from '../config/watch-access-tokens.js';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.js';
import { TrustedDocumentsError } from '../graphql/load-trusted-documents.js';
import { createLogger } from '../telemetry/logger.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import { listenOrExplain, runUntilStopped } from './running.js';

/**
 * Serves a configuration until the process is told to stop.
 * @throws ConfigError when the file is not valid; CommandError when the port is taken, or the trusted documents
 *   cannot be had.
 */
export async function runServe(file: string, env: CommandIo['env']): Promise<void> {
  const config = await loadConfig(file, env);
  const logger = createLogger();
  const gateway = openGateway({ config, logger });
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
  await runUntilStopped(gateway, () => logger.info('stopping'));
  unwatch();
  logger.info('stopped');
}

function openGateway(options: GatewayOptions): Gateway {
  try {
    return createGateway(options);
  } catch (error) {
    throw error instanceof TrustedDocumentsError ? new CommandError(error.message) : error;
  }
}
