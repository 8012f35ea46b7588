/** YAML blocks, through the gateway's own loader. */

import { generateKeyPairSync } from 'node:crypto';
import { ConfigError } from '../../src/config/config-error.js';
import { parseConfig } from '../../src/config/load.js';
import { SECTION_KEYS } from '../../src/config/schema.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** The variables that the guides name. */
export const VARIABLES: Readonly<Record<string, string>> = {
  REDIS_PASSWORD: '',
  AUDIT_KEY: 'of the docs, and of nothing else',
  PROFILE_TOKEN_KEY: privateKey,
  PROFILE_TOKEN_SECRET: 'of the docs, and of nothing else but the docs',
  STOREFRONT_PUBLIC_KEY: publicKey,
};

/** What a guide leaves out where it shows some of the keys. */
const REST = {
  destinations: `destinations:
  - { id: 2XkZr9qTn0aLw5cVb7dQe1mYp3s, workspaceId: w, type: REDIS, config: { address: localhost } }
`,
  accessTokens: `accessTokens:
  - { name: storefront-bff, role: admin, sha256: ${'a'.repeat(64)} }
`,
};

/** @returns whether the text speaks of a gateway's configuration at all */
export function isConfiguration(text: string): boolean {
  const keys = topKeys(text);
  return keys.length > 0 && keys.every((key) => SECTION_KEYS['']?.includes(key));
}

/** @returns what is wrong with it, as the gateway says it; undefined where nothing is */
export function refusalOfConfiguration(
  text: string,
  env: Readonly<Record<string, string>> = VARIABLES,
): string | undefined {
  const keys = topKeys(text);
  const rest = Object.entries(REST)
    .filter(([key]) => !keys.includes(key))
    .map(([, lines]) => lines);
  try {
    parseConfig(text + (keys.includes('destinations') ? '' : `\n${rest.join('')}`), env);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.message;
    }
    throw error;
  }
}

function topKeys(text: string): string[] {
  return Array.from(text.matchAll(/^(\w+):/gm), ([, key = '']) => key);
}
