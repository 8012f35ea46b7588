/** Changes the access tokens of a file, comments and order kept. */

import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { ConfigError } from './config-error.js';

/** An entry of `accessTokens` as it is written in the file. */
export interface AccessTokenEntry {
  readonly name: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly role: 'admin' | 'reader';
  readonly destinations?: readonly string[];
  readonly entities?: readonly string[];
  readonly idTypes?: readonly string[];
  readonly models?: readonly string[];
  readonly traits?: readonly string[];
  /** ISO 8601 with time zone. */
  readonly expiresAt?: string;
}

/**
 * Adds an entry.
 * @param file the configuration
 * @returns the file that was changed: the configuration, or the one that its `accessTokensFile` names
 * @throws ConfigError when it cannot be read or written, is not YAML, or has a token of that name.
 */
export function addAccessToken(file: string, entry: AccessTokenEntry): Promise<string> {
  return edit(file, (document, tokens, path) => {
    if (find(tokens, entry.name) !== undefined) {
      throw new ConfigError(`${path} has an access token named ${entry.name}: choose another name.`);
    }
    if (tokens === undefined) {
      document.set('accessTokens', document.createNode([entry]));
    } else {
      tokens.flow = false;
      tokens.add(document.createNode(entry));
    }
  });
}

/**
 * Takes an entry out.
 * @returns the file that was changed
 * @throws ConfigError when it cannot be read or written, is not YAML, or has no token of that name.
 */
export function removeAccessToken(file: string, name: string): Promise<string> {
  return edit(file, (_document, tokens, path) => {
    const token = findOrRefuse(tokens, name, path);
    if (tokens !== undefined) {
      tokens.items = tokens.items.filter((item) => item !== token);
      tokens.flow ||= tokens.items.length === 0;
    }
  });
}

/**
 * Gives an entry another secret.
 * @param sha256 of the new secret
 * @param previousEnd when the secret before stops working; it does at once when left out
 * @returns the file that was changed
 * @throws ConfigError when it cannot be read or written, is not YAML, or has no token of that name.
 */
export function replaceSecret(
  file: string,
  name: string,
  sha256: string,
  previousEnd: Date | undefined,
): Promise<string> {
  return edit(file, (document, tokens, path) => {
    const token = findOrRefuse(tokens, name, path);
    const before = token.get('sha256');
    token.set('sha256', sha256);
    if (previousEnd === undefined) {
      token.delete('previous');
    } else {
      token.set('previous', document.createNode({ sha256: before, expiresAt: previousEnd.toISOString() }));
    }
  });
}

type Tokens = YAMLSeq<unknown> | undefined;

async function edit(
  file: string,
  change: (document: Document, tokens: Tokens, path: string) => void,
): Promise<string> {
  const config = await parse(file);
  const elsewhere = config.get('accessTokensFile');
  const path = typeof elsewhere === 'string' ? resolve(dirname(file), elsewhere) : file;
  const document = path === file ? config : await parse(path);
  const tokens = document.get('accessTokens');
  change(document, isSeq(tokens) ? tokens : undefined, path);
  await replace(path, document.toString({ lineWidth: 0 }));
  return path;
}

function find(tokens: Tokens, name: string): YAMLMap | undefined {
  for (const token of tokens?.items ?? []) {
    if (isMap(token) && token.get('name') === name) {
      return token;
    }
  }
  return undefined;
}

function findOrRefuse(tokens: Tokens, name: string, path: string): YAMLMap {
  const token = find(tokens, name);
  if (token === undefined) {
    throw new ConfigError(`${path} has no access token named ${name}: \`token list\` shows those it has.`);
  }
  return token;
}

async function parse(file: string): Promise<Document> {
  const document = parseDocument(await read(file), { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new ConfigError(`${file} is not a configuration: serve it once to see its mistakes.`);
  }
  return document;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new ConfigError(`${file} cannot be read: does it exist, and may this user read it?`);
  }
}

/** In one step, so that nobody reads half of it. */
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
