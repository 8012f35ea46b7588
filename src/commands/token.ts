import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from './io.js';
import type { CreateOptions } from './run-token-create.js';

/** `token create`: mints an access token, shows it once, and gives the configuration entry that knows its hash. */
export function addTokenCommand(program: Command, { print }: CommandIo): void {
  program
    .command('token')
    .description('make access tokens')
    .command('create')
    .description('mint an access token: it is printed once, the configuration keeps its SHA-256 alone')
    .requiredOption('--name <name>', 'what the token is for; shown in logs')
    .addOption(
      new Option('--role <role>', 'admin: every destination; reader: those named')
        .choices(['admin', 'reader'])
        .default('reader'),
    )
    .option('--destination <id...>', 'a destination that a reader may read; may be repeated', [])
    .option('--expires-at <time>', 'when it stops working, for example 2027-06-30T00:00:00Z', parseTime)
    .option('-c, --config <file>', 'append the entry to this configuration file instead of printing it')
    .addHelpText(
      'after',
      `
Examples:
  $ activation-gateway token create --name storefront-bff --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s
  $ activation-gateway token create --name ops --role admin --config gateway.yaml`,
    )
    .action(async (options: CreateOptions) => {
      const { runTokenCreate } = await import('./run-token-create.js');
      await runTokenCreate(options, print);
    });
}

function parseTime(text: string): string {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Give a time with its zone, for example 2027-06-30T00:00:00Z.');
  }
  return time.toISOString();
}
