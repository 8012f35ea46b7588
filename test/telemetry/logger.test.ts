import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLogger, lineWriter } from '../../src/telemetry/logger.js';
import { writeMembers } from '../support/write-members.js';

const FACTS = {
  requestId: 'r-1',
  path: 'a "path" with \u2028 and \\ and é',
  status: 200,
  ms: 1.5,
  token: undefined,
  lookups: [{ destinationId: 'd', count: 2, ids: undefined }],
};

const MEMBERS = JSON.stringify(FACTS).slice(1, -1);

describe('a line writer', () => {
  it.each([undefined, 3])('writes the line that the logger would write (worker %s)', (worker) => {
    const lines: string[] = [];
    const logger = createLogger({ worker, output: { write: (line) => lines.push(line) } });
    logger.info(FACTS, 'request');
    writeMembers(lineWriter(logger, 'request'), MEMBERS);
    expect(lines).toHaveLength(2);
    const [expected, found] = lines.map((line) => line.replace(/"time":"[^"]+"/, '"time":"<now>"'));
    expect(found).toBe(expected);
    expect(expected).toContain('"time":"<now>"');
  });

  it('keeps to the level', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', output: { write: (line) => lines.push(line) } });
    writeMembers(lineWriter(logger, 'request'), MEMBERS);
    expect(lines).toEqual([]);
  });

  it('goes through a logger of somebody else’s making', () => {
    const lines: string[] = [];
    const logger = pino({ name: 'host' }, { write: (line) => lines.push(line) });
    writeMembers(lineWriter(logger, 'request'), MEMBERS);
    expect(JSON.parse(lines.join(''))).toMatchObject({ name: 'host', requestId: 'r-1', msg: 'request' });
  });
});
