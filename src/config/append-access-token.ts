import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { ConfigError } from './config-error.js';

/** An entry of `accessTokens` as it is written in the file. */
export interface AccessTokenEntry {
  readonly name: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly role: 'admin' | 'reader';
  readonly destinations?: readonly string[];
  /** ISO 8601 with time zone. */
  readonly expiresAt?: string;
}

/**
 * Adds an entry to a configuration file, comments and order kept. The file is replaced in one step, so that nobody
 * reads half of it.
 * @throws ConfigError when the file cannot be read or written, is not YAML, or has a token of that name.
 */
export async function appendAccessToken(file: string, entry: AccessTokenEntry): Promise<void> {
  const document = parseDocument(await read(file), { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new ConfigError(`${file} is not a configuration: serve it once to see its mistakes.`);
  }
  const tokens = document.get('accessTokens');
  if (isSeq<YAMLMap>(tokens)) {
    if (tokens.items.some((token) => isMap(token) && token.get('name') === entry.name)) {
      throw new ConfigError(`${file} has an access token named ${entry.name}: choose another name.`);
    }
    tokens.flow = false;
    tokens.add(document.createNode(entry));
  } else {
    document.set('accessTokens', document.createNode([entry]));
  }
  await replace(file, document.toString({ lineWidth: 0 }));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new ConfigError(`${file} cannot be read: does it exist, and may this user read it?`);
  }
}

async function replace(file: string, text: string): Promise<void> {
  const next = `${file}.new`;
  try {
    const { mode } = await stat(file);
    await writeFile(next, text, { mode });
    await rename(next, file);
  } catch {
    throw new ConfigError(`${file} cannot be written: may this user write to its folder?`);
  }
}
