import { formatDay, readTokenUse } from '../access/token-use-file.js';
import type { AccessTokenConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import type { CommandIo } from './io.js';
import { table } from './table.js';

/**
 * Prints the access tokens: what each may read, when it ends, and the day of its last use.
 * @throws ConfigError when the file is not valid.
 */
export async function runTokenList(file: string, { env, print }: CommandIo): Promise<void> {
  const { accessTokens, accessTokenUseFile } = await loadConfig(file, env);
  if (accessTokens.length === 0) {
    print('There are no access tokens: `token create` makes one.');
    return;
  }
  const uses = accessTokenUseFile === undefined ? undefined : await readTokenUse(accessTokenUseFile);
  const lastUse = (name: string) => {
    const day = uses?.get(name);
    return day === undefined ? 'never' : formatDay(day);
  };
  const rows = accessTokens.map((token) => [
    token.name,
    token.role,
    expiry(token.expiresAt),
    uses === undefined ? '–' : lastUse(token.name),
    reads(token),
  ]);
  for (const line of table([['NAME', 'ROLE', 'EXPIRES', 'LAST USE', 'READS'], ...rows])) {
    print(line);
  }
  if (uses === undefined) {
    print('');
    print('The day of the last use is kept where accessTokenUseFile is configured.');
  }
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
