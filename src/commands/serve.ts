import type { Command } from 'commander';
import type { CommandIo } from './io.js';

/** `serve`: runs a gateway as a configuration file says, until SIGTERM or SIGINT. */
export function addServeCommand(program: Command, { env }: CommandIo): void {
  program
    .command('serve')
    .description('serve the profiles of the destinations in a configuration file')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addHelpText('after', '\nExample:\n  $ activation-gateway serve --config gateway.yaml')
    .action(async ({ config }: { config: string }) => {
      const { runServe } = await import('./run-serve.js');
      await runServe(config, env);
    });
}
