import { fileURLToPath } from 'node:url';
import { countForWorkers } from '../access/rate-limiter.js';
import type { MetricsConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { TrustedDocumentsError } from '../graphql/trusted-documents-error.js';
import { createMetricsServer } from '../http/metrics-server.js';
import { createLogger, type Logger } from '../telemetry/logger.js';
import { WorkerMetrics } from '../telemetry/metrics/worker-metrics.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';
import {
  followConfiguration,
  type LiveConfiguration,
  type LiveConfigurationOptions,
} from './live-configuration.js';
import { listenOrExplain, toldToStop } from './running.js';
import { createSupervisor } from './supervisor.js';
import { youngGenerationFlags } from './young-generation.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Serves a configuration with a number of worker processes until the process is told to stop.
 * @throws ConfigError when the file is not valid; CommandError when the trusted documents cannot be had. Where the port is
 *   taken, the workers say so themselves.
 */
export async function runServe(file: string, workers: number, env: CommandIo['env']): Promise<void> {
  const { log } = await loadConfig(file, env);
  const logger = createLogger(log);
  const live = await follow({ file, env, logger, onChange: (next) => supervisor.serve(next) });
  countForWorkers();
  const { metrics } = live.current.config;
  const closeMetrics = metrics && (await serveMetrics(metrics, live, logger).catch(closing(live)));
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
    await closeMetrics?.();
    return;
  }
  const destinations = live.current.config.destinations.length;
  logger.info({ ...started, destinations, workers }, 'listening');
  await stop;
  logger.info('stopping');
  live.close();
  await supervisor.stop();
  await closeMetrics?.();
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

/** What cannot start looks at no files any more. */
function closing(live: LiveConfiguration): (error: unknown) => never {
  return (error) => {
    live.close();
    throw error;
  };
}

/** @returns ends it. @throws CommandError when the port is taken. */
async function serveMetrics(
  { host, port }: MetricsConfig,
  live: LiveConfiguration,
  logger: Logger,
): Promise<() => Promise<void>> {
  const workers = new WorkerMetrics(() => live.state);
  const server = createMetricsServer(() => workers.read(), logger);
  const address = await listenOrExplain(
    { listen: () => server.listen(host, port), close: () => server.close() },
    port,
    'metrics.port',
  );
  logger.info({ address: address.address, port: address.port }, 'metrics are served');
  return () => server.close();
}
