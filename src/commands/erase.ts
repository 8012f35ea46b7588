import { type Command, Option } from 'commander';
import { addId } from './id-option.js';
import type { CommandIo } from './io.js';
import type { EraseOptions } from './run-erase.js';

/** `erase`: deletes what is stored for people who ask to be forgotten. */
export function addEraseCommand(program: Command, io: CommandIo): void {
  program
    .command('erase')
    .description('delete every key that is stored for people, at a destination that allows it')
    .requiredOption('--destination <id>', 'the ID of the destination')
    .requiredOption('--entity <entity>', 'the entity, user for example')
    .addOption(
      new Option('--id <type=value...>', 'ids of the people, as in email=ada@example.com')
        .argParser(addId)
        .default([], 'none'),
    )
    .option('--ids-file <file>', 'a file of such ids, one a line; - for standard input')
    .option('--dry-run', 'say which keys would be deleted, and delete none', false)
    .option('--no-links', 'only these ids, and not those that the linkTraits of the destination lead to')
    .option('-y, --yes', 'do not ask', false)
    .option('--json', 'print the result as JSON', false)
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .addHelpText(
      'after',
      `
Ends with 0 when all is done, also where nothing was stored; with 1 (64 for a mistyped command) when nothing was begun, because
something about the command or the configuration is wrong or the question was not answered with yes; with 2 when Redis failed or a link
could not be followed: some keys may have been deleted then, and the same command can be run again.

Examples:
  $ activation-gateway erase --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s --entity user --id email=ada@example.com --id user_id=42 --dry-run
  $ activation-gateway erase --destination 2XkZr9qTn0aLw5cVb7dQe1mYp3s --entity user --ids-file forget.txt --yes --json`,
    )
    .action(async (options: EraseOptions) => {
      const { runErase } = await import('./run-erase.js');
      await runErase(options, io);
    });
}
