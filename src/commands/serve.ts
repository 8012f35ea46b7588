import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandIo } from './io.js';

const MAX_WORKERS = 256;

/** `serve`: runs a gateway as a configuration file says, until SIGTERM or SIGINT. */
export function addServeCommand(program: Command, { env }: CommandIo): void {
  program
    .command('serve')
    .description('serve the profiles of the destinations in a configuration file')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .option(
      '-w, --workers <number>',
      'processes that serve, sharing the port; one that dies is started again',
      parseWorkers,
      availableParallelism(),
    )
    .addHelpText('after', '\nExample:\n  $ activation-gateway serve --config gateway.yaml')
    .action(async ({ config, workers }: { config: string; workers: number }) => {
      if (cluster.isWorker) {
        const { runWorker } = await import('./run-worker.js');
        await runWorker();
      } else {
        const { runServe } = await import('./run-serve.js');
        await runServe(config, workers, env);
      }
    });
}

function parseWorkers(text: string): number {
  const workers = Number(text);
  if (!/^\d+$/.test(text) || workers < 1 || workers > MAX_WORKERS) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_WORKERS}.`);
  }
  return workers;
}
