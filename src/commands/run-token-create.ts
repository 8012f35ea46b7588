import { stringify } from 'yaml';
import { hashAccessToken, mintAccessToken } from '../access/access-token.js';
import { type AccessTokenEntry, appendAccessToken } from '../config/append-access-token.js';
import { CommandError } from './command-error.js';
import type { CommandIo } from './io.js';

/** The options of `token create`, as given. */
export interface CreateOptions {
  readonly name: string;
  readonly role: 'admin' | 'reader';
  readonly destination: readonly string[];
  readonly expiresAt?: string;
  readonly config?: string;
}

/**
 * Mints a token, shows it once, and gives the configuration its hash.
 * @throws CommandError when role and destinations do not fit; ConfigError when the file cannot take the entry.
 */
export async function runTokenCreate(options: CreateOptions, print: CommandIo['print']): Promise<void> {
  const token = mintAccessToken();
  const entry = toEntry(options, hashAccessToken(token));
  if (options.config !== undefined) {
    await appendAccessToken(options.config, entry);
  }
  print('Access token, shown this once:');
  print('');
  print(`  ${token}`);
  print('');
  if (options.config === undefined) {
    print('Add to accessTokens in the configuration:');
    print('');
    print(indent(stringify([entry]).trimEnd()));
  } else {
    print(`Its entry was added to ${options.config}; a running gateway knows it after a restart.`);
  }
}

function toEntry({ name, role, destination, expiresAt }: CreateOptions, sha256: string): AccessTokenEntry {
  if (role === 'reader' && destination.length === 0) {
    throw new CommandError(
      'A reader needs at least one --destination ID; an admin (--role admin) reads every one.',
    );
  }
  if (role === 'admin' && destination.length > 0) {
    throw new CommandError(
      'An admin reads every destination: leave out --destination, or leave out --role admin.',
    );
  }
  return {
    name,
    sha256,
    role,
    ...(role === 'reader' ? { destinations: destination } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
