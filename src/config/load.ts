import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { type Conflict, findConflicts, findTokenConflicts } from './across-entries.js';
import type { AccessTokenConfig, Config } from './config.js';
import { ConfigError, invalidConfig } from './config-error.js';
import { formatPath } from './document-path.js';
import type { Environment } from './environment.js';
import { accessTokensFileSchema, configSchema, SECTION_KEYS } from './schema.js';
import { readSource } from './source.js';

/**
 * Reads and validates a configuration file, and the file of access tokens that it names.
 * @param file its path; paths in it start from its folder
 * @param env the variables that `${NAME}` in the file may name
 * @throws ConfigError when the file cannot be read, or with every mistake that is in it.
 */
export async function loadConfig(file: string, env: Environment): Promise<Config> {
  const config = parseConfig(await read(file), env, file);
  const { accessTokensFile } = config;
  return accessTokensFile === undefined
    ? config
    : { ...config, accessTokens: await loadAccessTokens(accessTokensFile, env, config) };
}

/**
 * Reads and validates a file of access tokens.
 * @param config the configuration that names it
 * @throws ConfigError when the file cannot be read, or with every mistake that is in it.
 */
export async function loadAccessTokens(
  file: string,
  env: Environment,
  config: Config,
): Promise<readonly AccessTokenConfig[]> {
  const ids = config.destinations.map(({ id }) => id);
  return parse(accessTokensFileSchema, await read(file), env, file, (value) =>
    findTokenConflicts(value, ids),
  );
}

/**
 * Validates a configuration.
 * @param text the YAML text
 * @param env the variables that `${NAME}` in the text may name
 * @param file what messages call the text; paths in it start from its folder
 * @throws ConfigError with every mistake that is in it; no message holds a value of the file.
 */
export function parseConfig(text: string, env: Environment, file = 'gateway.yaml'): Config {
  const config = parse(configSchema, text, env, file, findConflicts);
  const { accessTokensFile, accessTokenUseFile, catalog, trustedDocuments } = config;
  const fromHere = (path: string) => resolve(dirname(file), path);
  return {
    ...config,
    ...(accessTokensFile === undefined ? {} : { accessTokensFile: fromHere(accessTokensFile) }),
    ...(accessTokenUseFile === undefined ? {} : { accessTokenUseFile: fromHere(accessTokenUseFile) }),
    ...(catalog === undefined ? {} : { catalog: fromHere(catalog) }),
    ...(trustedDocuments === undefined
      ? {}
      : { trustedDocuments: { ...trustedDocuments, path: fromHere(trustedDocuments.path) } }),
  };
}

/** @throws ConfigError with every mistake, of the text itself, of its values and between them. */
function parse<Result>(
  schema: z.ZodType<Result>,
  text: string,
  env: Environment,
  file: string,
  conflictsIn: (value: unknown) => Conflict[],
): Result {
  const source = readSource(text, env);
  const result = schema.safeParse(source.value);
  const issues = [...(result.error?.issues ?? []), ...conflictsIn(source.value)]
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
      throw new ConfigError(
        `${file} does not exist: write a configuration there, or name another file with --config.`,
      );
    }
    if (code === 'EISDIR') {
      throw new ConfigError(`${file} is a folder: name the configuration file in it.`);
    }
    throw new ConfigError(`${file} cannot be read (${code}): may this user read it?`);
  }
}
