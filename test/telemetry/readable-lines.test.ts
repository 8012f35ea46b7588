import { describe, expect, it } from 'vitest';
import { createLogger, lineWriter } from '../../src/telemetry/logger.js';
import { readableLines } from '../../src/telemetry/readable-lines.js';
import { writeMembers } from '../support/write-members.js';

function readable(hasColours = false) {
  const lines: string[] = [];
  const output = readableLines({ write: (line) => lines.push(line) }, hasColours);
  return { lines, output };
}

describe('lines for people', () => {
  it('have the time, the level, what happened, and the facts behind it', () => {
    const { lines, output } = readable();
    const logger = createLogger({ format: 'json', worker: 2, output });
    logger.info({ port: 4000, host: '127.0.0.1', note: 'two words', list: [1, { a: null }] }, 'listening');
    logger.child({ destinationId: 'd' }).warn('circuit open');
    writeMembers(lineWriter(logger, 'request'), '"requestId":"r","path":"/graphql"');
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} /, '<time> '))).toEqual([
      '<time> info  listening worker=2 port=4000 host=127.0.0.1 note="two words" list=[1,{"a":null}]\n',
      '<time> warn  circuit open worker=2 destinationId=d\n',
      '<time> info  request worker=2 requestId=r path=/graphql\n',
    ]);
  });

  it('cannot be forged by what is in them', () => {
    const { lines, output } = readable(true);
    createLogger({ format: 'json', output }).info(
      { name: 'x\n12:00:00.000 error \u001b[31mforged', 'a b': 'c=d' },
      'm',
    );
    createLogger({ format: 'json', output }).info({ name: '\u001b[31mforged' }, 'm');
    expect(lines).toHaveLength(2);
    expect(lines[1]).not.toContain('\u001b[31mforged');
    expect(lines[0]?.split('\n')).toHaveLength(2);
    expect(lines[0]).not.toContain('\u001b[31mforged');
    expect(lines[0]).toContain('"c=d"');
  });

  it('come where they are asked for, and JSON everywhere else that is no terminal', () => {
    for (const [format, isJson] of [
      ['text', false],
      ['json', true],
      ['auto', true],
    ] as const) {
      const lines: string[] = [];
      createLogger({ format, output: { write: (line) => lines.push(line) } }).info({ port: 1 }, 'listening');
      expect(lines[0]?.startsWith('{'), format).toBe(isJson);
    }
  });
});
