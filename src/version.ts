import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../package.json', import.meta.url);

/** The version of this package, `0.1.0` for one. */
export const VERSION = readVersion(JSON.parse(readFileSync(PACKAGE, 'utf8')));

function readVersion(manifest: unknown): string {
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
