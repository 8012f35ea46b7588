import type { Command } from 'commander';
import type { DestinationConfig } from '../config/config.js';
import type { CommandIo } from './io.js';
import { type JsonOption, jsonOption, toJson } from './json-option.js';
import { table } from './table.js';

/** `destinations list · check`: which there are, and whether their Redis answers. */
export function addDestinationsCommand(program: Command, io: CommandIo): void {
  const { env, print } = io;
  const destinations = program
    .command('destinations')
    .description('show and check the configured destinations')
    .addHelpText(
      'after',
      `
Examples:
  $ activation-gateway destinations list
  $ activation-gateway destinations check --config gateway.yaml`,
    );

  destinations
    .command('list')
    .description('each destination with its ID')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ activation-gateway destinations list --config gateway.yaml')
    .action(async ({ config: file, json }: { config: string } & JsonOption) => {
      const { loadConfig } = await import('../config/load.js');
      const config = await loadConfig(file, env);
      if (json) {
        print(
          toJson(config.destinations.map(({ id, name, type, enabled }) => ({ id, name, type, enabled }))),
        );
        return;
      }
      for (const line of table(config.destinations.map(row))) {
        print(line);
      }
    });

  destinations
    .command('check')
    .description('connect to each destination and say what is there, and what is wrong')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ activation-gateway destinations check --config gateway.yaml')
    .action(async ({ config: file, json }: { config: string } & JsonOption) => {
      const { runDestinationsCheck } = await import('./run-destinations-check.js');
      await runDestinationsCheck(file, { json }, io);
    });
}

function row({ id, name, type, enabled }: DestinationConfig): readonly string[] {
  return [id, type, enabled ? 'enabled' : 'disabled', name];
}
