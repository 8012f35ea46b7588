import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineGatherer } from '../../src/telemetry/line-gatherer.js';

describe('log lines', () => {
  let written: string[];
  let flushes: number;
  let lines: LineGatherer;

  beforeEach(() => {
    vi.useFakeTimers();
    written = [];
    flushes = 0;
    lines = new LineGatherer(
      {
        droppedLines: 0,
        write: (bytes) => {
          written.push(String(bytes));
        },
        flushSync: (bytes) => {
          written.push(String(bytes));
          flushes += 1;
        },
      },
      100,
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('wait for others, 100 ms at most', () => {
    lines.write('one\n');
    vi.advanceTimersByTime(60);
    lines.write('two\n');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(40);
    expect(written).toEqual(['one\ntwo\n']);
    vi.advanceTimersByTime(1_000);
    lines.write('three\n');
    vi.advanceTimersByTime(100);
    expect(written).toEqual(['one\ntwo\n', 'three\n']);
  });

  it.each([
    ['x', 50, 20],
    // Its bytes are more than its characters.
    ['漢', 30, 30],
  ])('are handed on whole, as many bytes as fit, in their order (%s)', (character, count, most) => {
    const all = Array.from(
      { length: count },
      (_, index) => `line ${index} ${character.repeat(index % 20)}\n`,
    );
    for (const line of all) {
      lines.write(line);
    }
    lines.handOn();
    expect(written.join('')).toBe(all.join(''));
    for (const text of written) {
      expect(text.endsWith('\n')).toBe(true);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100);
    }
    expect(written.length).toBeLessThan(most);
  });

  it('go by themselves where they are longer than all', () => {
    const long = `${'é'.repeat(500)}\n`;
    lines.write('a\n');
    lines.write(long);
    lines.write('b\n');
    lines.handOn();
    expect(written).toEqual(['a\n', long, 'b\n']);
  });

  it('stay as they are while they wait to be written', () => {
    const kept: Buffer[] = [];
    const output = { droppedLines: 0, write: (bytes: Buffer) => void kept.push(bytes), flushSync() {} };
    const few = new LineGatherer(output, 100);
    const all = Array.from({ length: 20 }, (_, index) => `${'x'.repeat(index * 3)} ${index}\n`);
    for (const line of all) {
      few.write(line);
      few.handOn();
    }
    expect(kept.map(String)).toEqual(all);
  });

  it('keep every character', () => {
    lines.write('häß 漢字 🙂\n');
    lines.write(`${'漢'.repeat(30)}\n`);
    lines.handOn();
    expect(written.join('')).toBe(`häß 漢字 🙂\n${'漢'.repeat(30)}\n`);
  });

  it('are all written when asked to', () => {
    lines.write('last\n');
    lines.flushSync();
    expect([written, flushes]).toEqual([['last\n'], 1]);
    vi.advanceTimersByTime(1_000);
    expect(written).toEqual(['last\n']);
  });
});
