import { fileURLToPath } from 'node:url';
import { countForWorkers } from '../access/rate-limiter.js';
import { TrustedDocumentsError } from '../graphql/trusted-documents-error.js';
import { createLogger } from '../telemetry/logger.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import {
  followConfiguration,
  type LiveConfiguration,
  type LiveConfigurationOptions,
} from './live-configuration.js';
import { toldToStop } from './running.js';
import { createSupervisor } from './supervisor.js';
import { youngGenerationFlags } from './young-generation.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Serves a configuration with a number of worker processes until the process is told to stop.
 * @throws ConfigError when the file is not valid; CommandError when the trusted documents cannot be had. Where the port is
 *   taken, the workers say so themselves.
 */
export async function runServe(file: string, workers: number, env: CommandIo['env']): Promise<void> {
  const logger = createLogger();
  const live = await follow({ file, env, logger, onChange: (next) => supervisor.serve(next) });
  countForWorkers();
  const supervisor = createSupervisor({
    exec: MAIN,
    args: ['serve', '--config', file],
    execArgv: [...process.execArgv, ...youngGenerationFlags(workers, env.NODE_OPTIONS)],
    workers,
    configuration: () => live.current,
    logger,
  });
  process.on('SIGHUP', () => void live.reload());
  const stop = toldToStop();
  const started = await supervisor.start();
  if (typeof started === 'number') {
    process.exitCode = started;
    live.close();
    return;
  }
  const destinations = live.current.config.destinations.length;
  logger.info({ ...started, destinations, workers }, 'listening');
  await stop;
  logger.info('stopping');
  live.close();
  await supervisor.stop();
  logger.info('stopped');
}

/** @throws CommandError, ConfigError when there is no configuration that can be served */
async function follow(options: LiveConfigurationOptions): Promise<LiveConfiguration> {
  try {
    return await followConfiguration(options);
  } catch (error) {
    throw error instanceof TrustedDocumentsError ? new CommandError(error.message) : error;
  }
}
