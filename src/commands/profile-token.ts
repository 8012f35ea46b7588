import { type Command, InvalidArgumentError, Option } from 'commander';
import { addId } from './id-option.js';
import type { CommandIo } from './io.js';
import { type JsonOption, jsonOption } from './json-option.js';
import type { ProfileTokenOptions } from './run-profile-token.js';

/** `profile-token key · create`: keys of profile tokens, and tokens signed without a gateway. */
export function addProfileTokenCommand(program: Command, io: CommandIo): void {
  const profileToken = program
    .command('profile-token')
    .description("make keys and tokens for one person's profile")
    .addHelpText(
      'after',
      `
Examples:
  $ activation-gateway profile-token key
  $ activation-gateway profile-token create --help`,
    );

  profileToken
    .command('key')
    .description('make a key, as profileTokens.keys of the configuration takes it')
    .addOption(
      new Option('--algorithm <algorithm>', 'EdDSA: a key pair; HS256: one secret')
        .choices(['EdDSA', 'HS256'])
        .default('EdDSA'),
    )
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ activation-gateway profile-token key')
    .action(async ({ algorithm, json }: { algorithm: 'EdDSA' | 'HS256' } & JsonOption) => {
      const { runProfileTokenKey } = await import('./run-profile-token.js');
      runProfileTokenKey(algorithm, { json }, io.print);
    });

  profileToken
    .command('create')
    .description('sign a profile token with the first key of the configuration that can')
    .requiredOption('--access-token <name>', 'the access token whose grant bounds it')
    .requiredOption('--destination <id>', 'the ID of the destination')
    .requiredOption('--entity <entity>', 'the entity, user for example')
    .requiredOption('--id <type=value...>', 'the ids of the person, as in email=ada@example.com', addId)
    .option('--model <pattern...>', 'only these models')
    .option('--trait <pattern...>', 'only these traits, as model.trait')
    .option('--expires-in <seconds>', 'how long it works', parseSeconds)
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  $ activation-gateway profile-token create --access-token storefront-bff --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s --entity user --id email=ada@example.com`,
    )
    .action(async (options: ProfileTokenOptions) => {
      const { runProfileTokenCreate } = await import('./run-profile-token.js');
      await runProfileTokenCreate(options, io);
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw new InvalidArgumentError('Give a whole number of seconds.');
  }
  return seconds;
}
