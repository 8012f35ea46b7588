import { readFile } from 'node:fs/promises';
import { findConflicts } from './across-entries.js';
import type { Config } from './config.js';
import { ConfigError, invalidConfig } from './config-error.js';
import { formatPath } from './document-path.js';
import type { Environment } from './environment.js';
import { configSchema, SECTION_KEYS } from './schema.js';
import { readSource } from './source.js';

/**
 * Reads and validates a configuration file.
 * @param file its path
 * @param env the variables that `${NAME}` in the file may name
 * @throws ConfigError when the file cannot be read, or with every mistake that is in it.
 */
export async function loadConfig(file: string, env: Environment): Promise<Config> {
  return parseConfig(await read(file), env, file);
}

/**
 * Validates a configuration.
 * @param text the YAML text
 * @param env the variables that `${NAME}` in the text may name
 * @param file what messages call the text
 * @throws ConfigError with every mistake that is in it; no message holds a value of the file.
 */
export function parseConfig(text: string, env: Environment, file = 'gateway.yaml'): Config {
  const source = readSource(text, env);
  const result = configSchema.safeParse(source.value);
  const issues = [...(result.error?.issues ?? []), ...findConflicts(source.value)]
    .filter(({ path }) => source.isReadable(path))
    .map(({ path, message }) => ({
      path: formatPath(path, looksLikeKey),
      line: source.lineOf(path),
      message,
    }));
  const mistakes = [
    ...source.mistakes.map((mistake) => ({ ...mistake, path: formatPath(mistake.path, isKnownKey) })),
    ...issues,
  ];
  if (result.success && mistakes.length === 0) {
    return result.data;
  }
  throw invalidConfig(file, mistakes);
}

const KNOWN_KEYS = new Set(Object.values(SECTION_KEYS).flat());

/** For places that may lie within a value: `password: { s3cret: 1 }` must not tell the password. */
function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.has(key);
}

/**
 * For places where keys are expected, to name the unknown one: `{ address: a, password:s3cret }` has the one key
 * `password:s3cret`, and that is not told. An access token is longer than this allows.
 */
function looksLikeKey(key: string): boolean {
  return /^[A-Za-z_][\w-]{0,39}$/.test(key);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') {
      throw new ConfigError(`${file} does not exist: write a configuration there, or name another file.`);
    }
    if (code === 'EISDIR') {
      throw new ConfigError(`${file} is a folder: name the configuration file in it.`);
    }
    throw new ConfigError(`${file} cannot be read (${code}): may this user read it?`);
  }
}
