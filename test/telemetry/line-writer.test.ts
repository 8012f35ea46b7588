import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineGatherer } from '../../src/telemetry/line-gatherer.js';
import { LineWriter } from '../../src/telemetry/line-writer.js';
import { createLogger, lineWriter } from '../../src/telemetry/logger.js';
import { TextLines } from '../../src/telemetry/text-lines.js';
import { writeMembers } from '../support/write-members.js';

const GATHERED_BYTES = 100;

function gathering() {
  const written: string[] = [];
  const gatherer = new LineGatherer(
    { droppedLines: 0, write: (bytes) => void written.push(String(bytes)), flushSync() {} },
    GATHERED_BYTES,
  );
  return { written, gatherer };
}

const plain = { isEnabled: () => true, head: () => Buffer.from('<'), tail: '>\n' };

describe('a line that is written as bytes', () => {
  it('is made of what is copied, texts and numbers, in their order', () => {
    const lines: string[] = [];
    const line = new LineWriter(new TextLines((text) => lines.push(text)), plain);
    const kept = Buffer.from('häß 漢字');
    for (const value of [0, 0.04, 0.05, 9.96, 10, 12.34, 99.99, 1_000, 123_456.7, 2 ** 49]) {
      expect(line.begin(kept.length + 3)).toBe(true);
      line.ascii('a=');
      line.tenths(value);
      line.copy(kept);
      line.ascii('!');
      line.end();
    }
    const numbers = ['0', '0', '0.1', '10', '10', '12.3', '100', '1000', '123456.7', '562949953421312'];
    expect(lines).toEqual(numbers.map((number) => `<a=${number}häß 漢字!>\n`));
  });

  it('is gathered among the others, whole, in its place', () => {
    const { written, gatherer } = gathering();
    const line = new LineWriter(gatherer, plain);
    const all = Array.from({ length: 40 }, (_, index) => `${index}${'x'.repeat((index * 7) % 60)}`);
    for (const [index, text] of all.entries()) {
      if (index % 3 === 0) {
        gatherer.write(`<${text}>\n`);
      } else {
        writeMembers(line, text);
      }
    }
    gatherer.handOn();
    expect(written.join('')).toBe(all.map((text) => `<${text}>\n`).join(''));
    for (const text of written) {
      expect(text.endsWith('>\n')).toBe(true);
      expect(text.length).toBeLessThanOrEqual(GATHERED_BYTES);
    }
    expect(written.length).toBeLessThan(all.length);
  });

  it('goes by itself where it is longer than what is gathered', () => {
    const { written, gatherer } = gathering();
    const line = new LineWriter(gatherer, plain);
    const long = 'x'.repeat(5 * GATHERED_BYTES);
    for (const text of ['a', long, 'b']) {
      writeMembers(line, text);
    }
    gatherer.handOn();
    expect(written).toEqual(['<a>\n', `<${long}>\n`, '<b>\n']);
  });

  it.each([50, 5 * GATHERED_BYTES])(
    'takes the place of one of %d bytes that was begun and not ended',
    (bytes) => {
      const { written, gatherer } = gathering();
      const line = new LineWriter(gatherer, plain);
      line.begin(bytes);
      line.ascii('never told');
      writeMembers(line, 'told');
      line.begin(bytes);
      gatherer.write('at last\n');
      gatherer.handOn();
      expect(written.join('')).toBe('<told>\nat last\n');
    },
  );
});

describe('the time of a line', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is that of its writing, to the millisecond, forwards and backwards', () => {
    const lines: string[] = [];
    const logger = createLogger({ output: { write: (text) => lines.push(text) } });
    const line = lineWriter(logger, 'request');
    const moments = [
      '2026-11-28T18:30:00.000Z',
      '2026-11-28T18:30:00.000Z',
      '2026-11-28T18:30:00.007Z',
      '2026-11-28T18:30:00.070Z',
      '2026-11-28T18:30:00.999Z',
      '2026-11-28T18:30:01.000Z',
      '2026-11-28T18:30:00.998Z',
      '2026-12-31T23:59:59.123Z',
    ];
    for (const moment of moments) {
      vi.setSystemTime(new Date(moment));
      writeMembers(line, '"a":1');
    }
    expect(lines.map((text) => JSON.parse(text).time)).toEqual(moments);
  });
});
