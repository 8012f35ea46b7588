// Writes schema/schema.graphql from the code; with --check, says whether it has drifted.
import { readFileSync, writeFileSync } from 'node:fs';
import { printSdl } from '../dist/graphql/schema.js';

const FILE = new URL('../schema/schema.graphql', import.meta.url);

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, printSdl());
} else if (readFileSync(FILE, 'utf8') !== printSdl()) {
  console.error(
    'schema/schema.graphql is not what src/graphql makes: run npm run schema, and look at the change.',
  );
  process.exitCode = 1;
}
