import type { Command } from 'commander';
import type { DestinationConfig } from '../config/config.js';
import type { CommandIo } from './io.js';
import { table } from './table.js';

/** `destinations list · check`: which there are, and whether their Redis answers. */
export function addDestinationsCommand(program: Command, { env, print }: CommandIo): void {
  const destinations = program
    .command('destinations')
    .description('show and check the configured destinations');

  destinations
    .command('list')
    .description('each destination with its ID')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addHelpText('after', '\nExample:\n  $ activation-gateway destinations list --config gateway.yaml')
    .action(async ({ config: file }: { config: string }) => {
      const { loadConfig } = await import('../config/load.js');
      const config = await loadConfig(file, env);
      for (const line of table(config.destinations.map(row))) {
        print(line);
      }
    });

  destinations
    .command('check')
    .description('connect to each destination and say what is there, and what is wrong')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addHelpText('after', '\nExample:\n  $ activation-gateway destinations check --config gateway.yaml')
    .action(async ({ config: file }: { config: string }) => {
      const { runDestinationsCheck } = await import('./run-destinations-check.js');
      await runDestinationsCheck(file, { env, print });
    });
}

function row({ id, name, type, enabled }: DestinationConfig): readonly string[] {
  return [id, type, enabled ? 'enabled' : 'disabled', name];
}
