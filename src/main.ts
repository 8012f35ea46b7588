#!/usr/bin/env node
/** The command line: picks a command, nothing else. */

import { Command } from 'commander';
import { CommandError } from './commands/command-error.js';
import { addDemoCommand } from './commands/demo.js';
import { addDestinationsCommand } from './commands/destinations.js';
import { addDocumentsCommand } from './commands/documents.js';
import { addEraseCommand } from './commands/erase.js';
import { addLoadCommand } from './commands/load.js';
import { addProfileTokenCommand } from './commands/profile-token.js';
import { addSchemaCommand } from './commands/schema.js';
import { addServeCommand } from './commands/serve.js';
import { addTokenCommand } from './commands/token.js';
import { keepYoungGenerationSmall } from './commands/young-generation.js';
import { ConfigError } from './config/config-error.js';

keepYoungGenerationSmall();

const io = {
  env: process.env,
  print: (line: string) => process.stdout.write(`${line}\n`),
};

const program = new Command('activation-gateway')
  .description(
    "Serves RudderStack profiles from your own Redis, over GraphQL and the Activation API's REST calls.",
  )
  .showSuggestionAfterError()
  .showHelpAfterError('(--help tells what can be said here)');

addServeCommand(program, io);
addDemoCommand(program, io);
addTokenCommand(program, io);
addDestinationsCommand(program, io);
addLoadCommand(program, io);
addProfileTokenCommand(program, io);
addEraseCommand(program, io);
addSchemaCommand(program, io);
addDocumentsCommand(program, io);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandError || error instanceof ConfigError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof CommandError ? error.exitCode : 1;
}
