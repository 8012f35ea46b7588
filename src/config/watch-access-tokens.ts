import { unwatchFile, watchFile } from 'node:fs';
import type { AccessTokenConfig, Config } from './config.js';
import { ConfigError } from './config-error.js';
import type { Environment } from './environment.js';
import { loadAccessTokens, loadConfig } from './load.js';

/** How often the file is looked at. By looking, not by notifications: those do not come for every kind of mount. */
const INTERVAL_MS = 250;

export interface AccessTokenWatchOptions {
  /** The configuration file. */
  readonly file: string;
  readonly env: Environment;
  /** What was read from it. */
  readonly config: Config;
  /** Called with the access tokens each time the file that holds them has changed and is valid. */
  readonly onChange: (accessTokens: readonly AccessTokenConfig[]) => void;
  /** Called when it has changed and is not valid, or cannot be read: the tokens known before stay. */
  readonly onMistake: (error: ConfigError) => void;
}

/**
 * Watches the file that the access tokens are in: the one of `accessTokensFile`, or the configuration itself, of which nothing
 * else is taken over.
 * @returns ends it
 */
export function watchAccessTokens({
  file,
  env,
  config,
  onChange,
  onMistake,
}: AccessTokenWatchOptions): () => void {
  const { accessTokensFile } = config;
  const watched = accessTokensFile ?? file;
  let reading = Promise.resolve();
  const read = async () => {
    try {
      onChange(
        accessTokensFile === undefined
          ? (await loadConfig(file, env)).accessTokens
          : await loadAccessTokens(accessTokensFile, env, config),
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      onMistake(error);
    }
  };
  const changed = () => {
    reading = reading.then(read);
  };
  watchFile(watched, { interval: INTERVAL_MS, persistent: false }, changed);
  return () => unwatchFile(watched, changed);
}
