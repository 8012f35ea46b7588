import { Command } from 'commander';
import { packageVersion } from '../version.js';
import { COLOURS, type Colours, NO_COLOURS } from './colours.js';
import { addDemoCommand } from './demo.js';
import { addDestinationsCommand } from './destinations.js';
import { addDocumentsCommand } from './documents.js';
import { addEraseCommand } from './erase.js';
import type { CommandIo } from './io.js';
import { addLoadCommand } from './load.js';
import { addProfileTokenCommand } from './profile-token.js';
import { addSchemaCommand } from './schema.js';
import { addServeCommand } from './serve.js';
import { addTokenCommand } from './token.js';

export interface Program {
  readonly program: Command;
  /** Tells on standard error why a command could not do what it was asked. */
  fail(message: string): void;
}

/** All commands, and the manners that they share: help with examples, suggestions, colours where they are seen. */
export function createProgram({ env, print }: Omit<CommandIo, 'colours'>): Program {
  const program = new Command('activation-gateway');
  // Commander knows whether a terminal looks on, NO_COLOR and FORCE_COLOR.
  const { getOutHasColors, getErrHasColors, writeErr } = program.configureOutput();
  const onError = coloursIf(getErrHasColors?.());
  program
    .description(
      "Serves RudderStack profiles from your own Redis, over GraphQL and the Activation API's REST calls.",
    )
    .version(packageVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(--help tells what can be said here)')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, onError.bad('error:'))),
    })
    .configureHelp({
      styleTitle: COLOURS.strong,
      styleCommandText: COLOURS.typed,
      styleSubcommandText: COLOURS.typed,
      styleOptionText: COLOURS.typed,
    })
    .addHelpText(
      'after',
      `
Examples:
  $ activation-gateway demo
  $ activation-gateway serve --config gateway.yaml
  $ activation-gateway token create --help

The exit code is 0 when all is well, 1 when something could not be done, 64 when it was not understood.`,
    );

  const io = { env, print, colours: coloursIf(getOutHasColors?.()) };
  addServeCommand(program, io);
  addDemoCommand(program, io);
  addTokenCommand(program, io);
  addDestinationsCommand(program, io);
  addLoadCommand(program, io);
  addProfileTokenCommand(program, io);
  addEraseCommand(program, io);
  addSchemaCommand(program, io);
  addDocumentsCommand(program, io);
  return { program, fail: (message) => writeErr?.(`${onError.bad('error:')} ${message}\n`) };
}

function coloursIf(areSeen = false): Colours {
  return areSeen ? COLOURS : NO_COLOURS;
}
