/** A logger whose lines can be looked at. */

import { createLogger, type Logger } from '../../src/telemetry/logger.js';

export interface Logged {
  readonly logger: Logger;
  /** What was logged so far. */
  lines(): readonly Readonly<Record<string, unknown>>[];
  /** The same as text. */
  text(): string;
}

export function createLogged(): Logged {
  let text = '';
  const write = (line: string) => {
    text += line;
  };
  const logger = createLogger({ output: { write } });
  return {
    logger,
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
