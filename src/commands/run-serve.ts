import { fileURLToPath } from 'node:url';
import { countForWorkers } from '../access/rate-limiter.js';
import { loadConfig } from '../config/load.js';
import { createLogger } from '../telemetry/logger.js';
import type { CommandIo } from './io.js';
import { toldToStop } from './running.js';
import { createSupervisor } from './supervisor.js';
import { youngGenerationFlags } from './young-generation.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Serves a configuration with a number of worker processes until the process is told to stop.
 * @throws ConfigError when the file is not valid; CommandError when the workers cannot start: the port is taken, or the
 *   trusted documents cannot be had. They say so themselves.
 */
export async function runServe(file: string, workers: number, env: CommandIo['env']): Promise<void> {
  const config = await loadConfig(file, env);
  const logger = createLogger();
  countForWorkers();
  const supervisor = createSupervisor({
    exec: MAIN,
    args: ['serve', '--config', file],
    execArgv: [...process.execArgv, ...youngGenerationFlags(workers, env.NODE_OPTIONS)],
    workers,
    logger,
  });
  const stop = toldToStop();
  const started = await supervisor.start();
  if (typeof started === 'number') {
    process.exitCode = started;
    return;
  }
  logger.info({ ...started, destinations: config.destinations.length, workers }, 'listening');
  await stop;
  logger.info('stopping');
  await supervisor.stop();
  logger.info('stopped');
}
