// Writes what is published in schema/ from the code; with --check, says what has drifted.
import { readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_PROFILE_TOKENS } from '../dist/config/defaults.js';
import { printSdl } from '../dist/graphql/schema.js';
import { openApiDocument } from '../dist/rest/openapi/document.js';

const published = {
  'schema/schema.graphql': printSdl(),
  'schema/openapi.json': `${JSON.stringify(openApiDocument(DEFAULT_PROFILE_TOKENS), undefined, 2)}\n`,
};

for (const [file, text] of Object.entries(published)) {
  const url = new URL(`../${file}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(url, text);
  } else if (readFileSync(url, 'utf8') !== text) {
    console.error(`${file} is not what the code makes: run npm run schema, and look at the change.`);
    process.exitCode = 1;
  }
}
