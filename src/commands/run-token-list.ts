import { formatDay, readTokenUse } from '../access/token-use-file.js';
import type { AccessTokenConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import type { CommandIo } from './io.js';
import { type JsonOption, toJson } from './json-option.js';
import { table } from './table.js';

/**
 * Prints the access tokens: what each may read, when it ends, and the day of its last use.
 * @throws ConfigError when the file is not valid.
 */
export async function runTokenList(
  file: string,
  { json }: JsonOption,
  { env, print, colours }: CommandIo,
): Promise<void> {
  const { accessTokens, accessTokenUseFile } = await loadConfig(file, env);
  const uses = accessTokenUseFile === undefined ? undefined : await readTokenUse(accessTokenUseFile);
  if (json) {
    print(toJson(accessTokens.map((token) => forScript(token, uses))));
    return;
  }
  if (accessTokens.length === 0) {
    print('There are no access tokens: `token create` makes one.');
    return;
  }
  const rows = accessTokens.map((token) => [
    token.name,
    token.role,
    expiry(token.expiresAt),
    uses === undefined ? '–' : (lastUse(uses, token.name) ?? 'never'),
    reads(token),
  ]);
  const [head = '', ...lines] = table([['NAME', 'ROLE', 'EXPIRES', 'LAST USE', 'READS'], ...rows]);
  print(colours.strong(head));
  for (const line of lines) {
    print(line);
  }
  if (uses === undefined) {
    print('');
    print('The day of the last use is kept where accessTokenUseFile is configured.');
  }
}

/** @returns null for one that was never used */
function lastUse(uses: ReadonlyMap<string, number>, name: string): string | null {
  const day = uses.get(name);
  return day === undefined ? null : formatDay(day);
}

/** The token as configured, but for its hashes, which JSON leaves out. */
function forScript(token: AccessTokenConfig, uses: ReadonlyMap<string, number> | undefined): object {
  return {
    ...token,
    sha256: undefined,
    previous: undefined,
    ...(uses === undefined ? {} : { lastUse: lastUse(uses, token.name) }),
  };
}

function expiry(expiresAt: Date | undefined): string {
  if (expiresAt === undefined) {
    return 'never';
  }
  const day = expiresAt.toISOString().slice(0, 10);
  return expiresAt.getTime() <= Date.now() ? `${day} (expired)` : day;
}

function reads(token: AccessTokenConfig): string {
  if (token.role === 'admin') {
    return 'everything';
  }
  const { destinations, entities, idTypes, models, traits } = token;
  return Object.entries({ destinations, entities, idTypes, models, traits })
    .flatMap(([list, patterns]) => (patterns === undefined ? [] : [`${list}: ${patterns.join(', ')}`]))
    .join('; ');
}
