import type { Command } from 'commander';
import type { CommandIo } from './io.js';

/** `schema`: the GraphQL schema as SDL, as `schema/schema.graphql` has it. */
export function addSchemaCommand(program: Command, { print }: CommandIo): void {
  program
    .command('schema')
    .description('print the GraphQL schema')
    .addHelpText('after', '\nExample:\n  $ activation-gateway schema > schema.graphql')
    .action(async () => {
      const { printSdl } = await import('../graphql/schema.js');
      print(printSdl().trimEnd());
    });
}
