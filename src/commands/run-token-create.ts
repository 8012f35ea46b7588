import { stringify } from 'yaml';
import { hashAccessToken, mintAccessToken } from '../access/access-token.js';
import { type AccessTokenEntry, addAccessToken } from '../config/edit-access-tokens.js';
import { UsageError } from './command-error.js';
import { indent } from './indent.js';
import type { CommandIo } from './io.js';
import { type JsonOption, toJson } from './json-option.js';

/** The options of `token create`, as given. */
export interface CreateOptions extends JsonOption {
  readonly name: string;
  readonly role: 'admin' | 'reader';
  readonly destination?: readonly string[];
  readonly entity?: readonly string[];
  readonly idType?: readonly string[];
  readonly model?: readonly string[];
  readonly trait?: readonly string[];
  readonly expiresAt?: string;
  readonly config?: string;
}

/**
 * Mints a token, shows it once, and gives the configuration its hash.
 * @throws UsageError when role and lists do not fit; ConfigError when the file cannot take the entry.
 */
export async function runTokenCreate(options: CreateOptions, print: CommandIo['print']): Promise<void> {
  const token = mintAccessToken();
  const entry = toEntry(options, hashAccessToken(token));
  const file = options.config === undefined ? undefined : await addAccessToken(options.config, entry);
  if (options.json) {
    print(toJson({ token, entry, ...(file === undefined ? {} : { config: file }) }));
    return;
  }
  print('Access token, shown this once:');
  print('');
  print(`  ${token}`);
  print('');
  if (file === undefined) {
    print('Add to accessTokens in the configuration:');
    print('');
    print(indent(stringify([entry]).trimEnd()));
  } else {
    print(`Its entry was added to ${file}; a running gateway knows it within a second.`);
  }
}

function toEntry(options: CreateOptions, sha256: string): AccessTokenEntry {
  const { name, role, expiresAt } = options;
  const lists = {
    destinations: options.destination,
    entities: options.entity,
    idTypes: options.idType,
    models: options.model,
    traits: options.trait,
  };
  const given = Object.fromEntries(Object.entries(lists).filter(([, patterns]) => patterns !== undefined));
  if (role === 'reader' && lists.destinations === undefined) {
    throw new UsageError(
      'A reader needs at least one --destination ID; an admin (--role admin) reads every one.',
    );
  }
  if (role === 'admin' && Object.keys(given).length > 0) {
    throw new UsageError(
      'An admin reads everything: leave out --destination and the other lists, or leave out --role admin.',
    );
  }
  return { name, sha256, role, ...given, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
