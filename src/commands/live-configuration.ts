/** The configuration that is served now: read at the start, and again when its files change or somebody asks for it. */

import { isDeepStrictEqual } from 'node:util';
import { type ProjectEntity, readPbProject } from '../catalogue/pb-project.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import type { Environment } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { keysThatNeedRestart, withStartedWith } from '../config/needs-restart.js';
import { watchFiles } from '../config/watch-files.js';
import { TrustedDocumentsError } from '../graphql/trusted-documents-error.js';
import { describeError, type Logger } from '../telemetry/logger.js';
import { destinationChanges } from './destination-changes.js';

/** Why the files are read again, for the log. */
const FILES_CHANGED = 'its files have changed';
const ASKED_FOR = 'SIGHUP';
const WRONG_BEFORE = 'they were wrong before';

/** How often files that were found wrong are read again. */
const RETRY_MS = 1_000;

/** All that is served, read whole: what happens to the files later changes nothing of it. */
export interface Configuration {
  readonly config: Config;
  /** By ID; undefined where there are none. */
  readonly trustedDocuments: ReadonlyMap<string, string> | undefined;
  /** Of the catalogue; undefined where there is none. */
  readonly projectEntities: readonly ProjectEntity[] | undefined;
}

/** What became of the last reading, for metrics. */
export interface ReloadState {
  /** Counts the configurations that were served, from 1. */
  readonly generation: number;
  /** When the one that is served was read, in milliseconds since 1970. */
  readonly readAt: number;
  /** Whether the files hold what is served; false: they were found wrong, and what was there before is served. */
  readonly isServed: boolean;
}

export interface LiveConfiguration {
  readonly current: Configuration;
  readonly state: ReloadState;
  /** Reads the files, whether they have changed or not. */
  reload(): Promise<void>;
  /** Stops to look at the files. */
  close(): void;
}

export interface LiveConfigurationOptions {
  readonly file: string;
  readonly env: Environment;
  readonly logger: Logger;
  /** Called with each further configuration; resolves when all serve it. */
  readonly onChange: (configuration: Configuration) => Promise<void>;
}

/**
 * Reads a configuration and follows it. One that is wrong is told to the log, and changes nothing.
 * @throws ConfigError or TrustedDocumentsError when the first one is wrong.
 */
export async function followConfiguration(options: LiveConfigurationOptions): Promise<LiveConfiguration> {
  const { file, env, logger, onChange } = options;
  let files: readonly string[] = [file];
  // Looked at first and read then, so that no change falls between.
  const watch = await watchFiles(
    () => files,
    () => reload(FILES_CHANGED),
  );
  const first = read(file, env);
  /** One reading comes after the other. */
  let reading = first.then(
    () => {},
    () => watch.close(),
  );
  let current = await first;
  const started = current.config;
  files = filesOf(file, started);
  let state: ReloadState = { generation: 1, readAt: Date.now(), isServed: true };
  let toldMistakes: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  function reload(why: string): Promise<void> {
    reading = reading.then(() => readAgain(why));
    return reading;
  }

  async function readAgain(why: string): Promise<void> {
    let found: Configuration;
    try {
      found = await read(file, env);
    } catch (error) {
      state = { ...state, isServed: false };
      const mistakes = messageOf(error);
      if (mistakes !== toldMistakes || why !== WRONG_BEFORE) {
        logger.error({ why, mistakes }, 'the configuration was not reloaded: the one before is served on');
      }
      toldMistakes = mistakes;
      // A file that it names newly may be what is wrong, and nobody looks at that one yet.
      clearTimeout(retry);
      retry = setTimeout(() => void reload(WRONG_BEFORE), RETRY_MS).unref();
      return;
    }
    clearTimeout(retry);
    toldMistakes = undefined;
    files = filesOf(file, found.config);
    const keys = keysThatNeedRestart(started, found.config);
    if (keys.length > 0) {
      logger.warn({ keys }, 'these keys have changed: that needs a restart');
    }
    await serve({ ...found, config: withStartedWith(started, found.config) }, why);
  }

  async function serve(next: Configuration, why: string): Promise<void> {
    state = { ...state, readAt: Date.now(), isServed: true };
    if (isDeepStrictEqual(next, current)) {
      if (why === ASKED_FOR) {
        logger.info({ why }, 'the configuration was read again, and is the same');
      }
      return;
    }
    const changes = destinationChanges(current.config, next.config);
    current = next;
    state = { ...state, generation: state.generation + 1 };
    await onChange(next);
    const { generation } = state;
    const accessTokens = next.config.accessTokens.length;
    logger.info({ why, generation, ...changes, accessTokens }, 'the configuration was reloaded');
  }

  return {
    get current() {
      return current;
    },
    get state() {
      return state;
    },
    reload: () => reload(ASKED_FOR),
    close() {
      clearTimeout(retry);
      watch.close();
    },
  };
}

async function read(file: string, env: Environment): Promise<Configuration> {
  const config = await loadConfig(file, env);
  const { mode = 'off', path = '' } = config.trustedDocuments ?? {};
  const projectEntities = config.catalog === undefined ? undefined : readPbProject(config.catalog);
  if (mode === 'off') {
    return { config, trustedDocuments: undefined, projectEntities };
  }
  // With a parser of GraphQL, which the supervisor of most gateways never needs.
  const { loadTrustedDocuments } = await import('../graphql/load-trusted-documents.js');
  return { config, trustedDocuments: loadTrustedDocuments(path), projectEntities };
}

/** The file and those that it names. */
function filesOf(file: string, { accessTokensFile, catalog, trustedDocuments }: Config): string[] {
  return [file, accessTokensFile, catalog, trustedDocuments?.path].filter((path) => path !== undefined);
}

/** What was not foreseen, a file that went while its folder was read for one, is told by its kind alone. */
function messageOf(error: unknown): string {
  return error instanceof ConfigError || error instanceof TrustedDocumentsError
    ? error.message
    : describeError(error).error;
}
