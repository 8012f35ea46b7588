import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from './io.js';
import { type JsonOption, jsonOption } from './json-option.js';
import type { CreateOptions } from './run-token-create.js';

const MAX_OVERLAP_HOURS = 24 * 90;
const DEFAULT_OVERLAP_HOURS = 24;

/** `token create · list · rotate · revoke`: the life of access tokens. */
export function addTokenCommand(program: Command, io: CommandIo): void {
  const token = program
    .command('token')
    .description('make, show, rotate and revoke access tokens')
    .addHelpText(
      'after',
      `
Examples:
  $ activation-gateway token create --name storefront-bff --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s --config gateway.yaml
  $ activation-gateway token list`,
    );
  addCreate(token, io);
  addList(token, io);
  addRotate(token, io);
  addRevoke(token, io);
}

function addCreate(token: Command, { print }: CommandIo): void {
  token
    .command('create')
    .description('mint an access token: it is printed once, the configuration keeps its SHA-256 alone')
    .requiredOption('--name <name>', 'what the token is for; shown in logs')
    .addOption(
      new Option('--role <role>', 'admin: everything; reader: what the lists let it')
        .choices(['admin', 'reader'])
        .default('reader'),
    )
    .option('--destination <id...>', 'destinations that a reader may read: IDs or patterns')
    .option('--entity <pattern...>', 'entities that it may read; every one when left out')
    .option('--id-type <pattern...>', 'id types that it may ask by; every one when left out')
    .option('--model <pattern...>', 'models that it sees; every one when left out')
    .option('--trait <pattern...>', 'traits that it sees, as model.trait; every one when left out')
    .option('--expires-at <time>', 'when it stops working, for example 2027-06-30T00:00:00Z', parseTime)
    .option('-c, --config <file>', 'append the entry to this configuration file instead of printing it')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
In a pattern * stands for any characters; one that begins with ! denies.

Examples:
  $ activation-gateway token create --name storefront-bff --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s
  $ activation-gateway token create --name mailer --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s --trait 'user_360.*' '!user_360.EMAIL'
  $ activation-gateway token create --name ops --role admin --config gateway.yaml`,
    )
    .action(async (options: CreateOptions) => {
      const { runTokenCreate } = await import('./run-token-create.js');
      await runTokenCreate(options, print);
    });
}

function addList(token: Command, io: CommandIo): void {
  withConfig(token.command('list'))
    .description('each access token: what it may read, when it ends, the day of its last use')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ activation-gateway token list --config gateway.yaml')
    .action(async ({ config, json }: { config: string } & JsonOption) => {
      const { runTokenList } = await import('./run-token-list.js');
      await runTokenList(config, { json }, io);
    });
}

function addRotate(token: Command, { print }: CommandIo): void {
  withConfig(token.command('rotate'))
    .description('give an access token another secret; the one before goes on working for a while')
    .argument('<name>', 'the name of the access token')
    .option(
      '--overlap-hours <hours>',
      'how long the secret before still works; 0 for not at all',
      parseHours,
      DEFAULT_OVERLAP_HOURS,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  $ activation-gateway token rotate storefront-bff --overlap-hours 48 --config gateway.yaml',
    )
    .action(async (name: string, options: { config: string; overlapHours: number } & JsonOption) => {
      const { runTokenRotate } = await import('./run-token-change.js');
      const { config: file, overlapHours, json } = options;
      await runTokenRotate(name, { file, overlapHours, json }, print);
    });
}

function addRevoke(token: Command, { print }: CommandIo): void {
  withConfig(token.command('revoke'))
    .description('take an access token out of the configuration; it stops working at once')
    .argument('<name>', 'the name of the access token')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  $ activation-gateway token revoke storefront-bff --config gateway.yaml',
    )
    .action(async (name: string, { config: file, json }: { config: string } & JsonOption) => {
      const { runTokenRevoke } = await import('./run-token-change.js');
      await runTokenRevoke(name, { file, json }, print);
    });
}

function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', 'the configuration file', 'gateway.yaml');
}

function parseHours(text: string): number {
  const hours = Number(text);
  if (!Number.isFinite(hours) || hours < 0 || hours > MAX_OVERLAP_HOURS) {
    throw new InvalidArgumentError(`Give a number of hours from 0 to ${MAX_OVERLAP_HOURS}.`);
  }
  return hours;
}

function parseTime(text: string): string {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Give a time with its zone, for example 2027-06-30T00:00:00Z.');
  }
  return time.toISOString();
}
