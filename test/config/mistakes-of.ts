import { ConfigError, type Mistake } from '../../src/config/config-error.js';
import type { Environment } from '../../src/config/environment.js';
import { parseConfig } from '../../src/config/load.js';

/** The error that a configuration is refused with; fails the test where it is not. */
export function refusalOf(text: string, env: Environment = {}): ConfigError {
  try {
    parseConfig(text, env);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error;
    }
    throw error;
  }
  throw new Error('expected the configuration to be refused, and it was not');
}

/** As {@link refusalOf}, its mistakes alone. */
export function mistakesOf(text: string, env: Environment = {}): readonly Mistake[] {
  return refusalOf(text, env).mistakes;
}
