import { describe, expect, it, vi } from 'vitest';
import { usual } from '../../src/telemetry/usual.js';

describe('what is mostly the same', () => {
  it('is made once for as long as it is made of the same', () => {
    const make = vi.fn((name: string | undefined, count: number) => `${name ?? ''}:${count}`);
    const text = usual(make);
    expect([text('a', 1), text('a', 1), text('a', 1)]).toEqual(['a:1', 'a:1', 'a:1']);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('is made anew when any part of it changes, and when it changes back', () => {
    const text = usual((one: string | undefined, other: string) => `${one ?? '-'}${other}`);
    expect([text('a', 'b'), text('a', 'c'), text('d', 'c'), text(undefined, 'c'), text('a', 'b')]).toEqual([
      'ab',
      'ac',
      'dc',
      '-c',
      'ab',
    ]);
  });

  it('may be empty', () => {
    const text = usual((name: string | undefined) => name ?? '');
    expect([text(undefined), text('a'), text(undefined)]).toEqual(['', 'a', '']);
  });
});
