#!/usr/bin/env node
/** The command line: picks a command, nothing else. */

import { CommanderError } from 'commander';
import { CommandError, USAGE_EXIT_CODE } from './commands/command-error.js';
import { createProgram } from './commands/program.js';
import { keepYoungGenerationSmall } from './commands/young-generation.js';
import { ConfigError } from './config/config-error.js';

keepYoungGenerationSmall();

// Whoever reads the output may have read enough: `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
});

const { program, fail } = createProgram({
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has been told already; help that was asked for is no mistake.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  } else if (error instanceof CommandError || error instanceof ConfigError) {
    fail(error.message);
    process.exitCode = error instanceof CommandError ? error.exitCode : 1;
  } else {
    throw error;
  }
}
