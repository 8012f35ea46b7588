import type { Command } from 'commander';
import { TrustedDocumentsError } from '../graphql/trusted-documents-error.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';

/** `documents`: a manifest of trusted documents. */
export function addDocumentsCommand(program: Command, { print }: CommandIo): void {
  program
    .command('documents')
    .description('print a manifest of trusted documents: the GraphQL operations of a folder by their SHA-256')
    .argument('<folder>', 'a folder of .graphql files, or another manifest')
    .addHelpText('after', '\nExample:\n  $ activation-gateway documents schema/operations > trusted.json')
    .action(async (folder: string) => {
      const { loadTrustedDocuments } = await import('../graphql/load-trusted-documents.js');
      try {
        print(JSON.stringify(Object.fromEntries(loadTrustedDocuments(folder)), undefined, 2));
      } catch (error) {
        throw error instanceof TrustedDocumentsError ? new CommandError(error.message) : error;
      }
    });
}
