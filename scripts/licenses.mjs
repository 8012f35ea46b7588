/**
 * `npm run licenses`: whether everything that the lock file installs may be used. What runs beside the gateway in production
 * has the shorter list; what only builds and tests it is not passed on to anybody.
 *
 *   npm run licenses -- --folder FOLDER   looks at another folder with a package-lock.json and its node_modules
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import satisfies from 'spdx-satisfies';

/** Permissive licences: they ask for their notice to be kept, and the notice is in each package. */
const TO_RUN = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
/** Besides: of single files (lightningcss), of Python's own (argparse), and of data (spdx-ranges, caniuse-lite). */
const TO_BUILD = [...TO_RUN, 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'Python-2.0'];

const { values } = parseArgs({ options: { folder: { type: 'string' } } });
const folder = values.folder ?? fileURLToPath(new URL('..', import.meta.url));
const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));

const refusals = [];
let seen = 0;
for (const [path, entry] of Object.entries(packages)) {
  // The project itself, and what another platform would install.
  if (path === '' || (entry.optional && !existsSync(join(folder, path)))) {
    continue;
  }
  seen += 1;
  const allowed = entry.dev || entry.devOptional ? TO_BUILD : TO_RUN;
  const license = installedLicense(path);
  if (!isAllowed(license, allowed)) {
    const use = allowed === TO_RUN ? 'to run' : 'to build';
    refusals.push(`${path} ${entry.version}: ${license ?? 'no licence'} (needed ${use})`);
  }
}

if (refusals.length > 0) {
  process.stderr.write(
    `Licences that are not on the list of scripts/licenses.mjs:\n${refusals.map((line) => `  ${line}\n`).join('')}` +
      'Choose another package, or have the licence judged and add it to the list.\n',
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`The licences of ${seen} packages allow what they are used for.\n`);
}

/** What the package itself says, which is what holds; the lock file has only a copy. */
function installedLicense(path) {
  const { license, licenses } = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
  return license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ');
}

function isAllowed(license, allowed) {
  try {
    return satisfies(license, allowed);
  } catch {
    // Not an SPDX expression: somebody has to read it.
    return false;
  }
}
