import { describe, expect, it } from 'vitest';
import { SharedParts } from '../src/shared-parts.js';

interface Part {
  readonly made: number;
}

function counted(): {
  readonly parts: SharedParts<{ readonly address: string; readonly at?: Date }, Part>;
  readonly make: () => Part;
  readonly closed: number[];
} {
  let made = 0;
  const closed: number[] = [];
  return {
    parts: new SharedParts(async ({ made: which }) => void closed.push(which)),
    make: () => ({ made: ++made }),
    closed,
  };
}

describe('a part', () => {
  it('is shared by all that configure it the same, and closed with its last use', async () => {
    const { parts, make, closed } = counted();
    const one = parts.lease('a', { address: 'x', at: new Date(1) }, make);
    const other = parts.lease('a', { address: 'x', at: new Date(1) }, make);
    expect(other.part).toBe(one.part);
    await one.release();
    await one.release();
    expect(closed).toEqual([]);
    await other.release();
    expect(closed).toEqual([1]);
  });

  it('is another one for another name, and for another configuration', () => {
    const { parts, make } = counted();
    const found = [
      parts.lease('a', { address: 'x' }, make),
      parts.lease('b', { address: 'x' }, make),
      parts.lease('a', { address: 'y' }, make),
      parts.lease('a', { address: 'x', at: new Date(1) }, make),
      parts.lease('a', { address: 'x', at: new Date(2) }, make),
    ];
    expect(found.map(({ part }) => part.made)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is the old one again where a change is taken back while it is still used', async () => {
    const { parts, make, closed } = counted();
    const old = parts.lease('a', { address: 'x' }, make);
    const changed = parts.lease('a', { address: 'y' }, make);
    const back = parts.lease('a', { address: 'x' }, make);
    expect(back.part).toBe(old.part);
    await Promise.all([old.release(), changed.release()]);
    expect(closed).toEqual([2]);
    await back.release();
    expect(closed).toEqual([2, 1]);
    expect(parts.lease('a', { address: 'x' }, make).part.made).toBe(3);
  });

  it('that cannot be made is not there', () => {
    const { parts, make } = counted();
    const fail = () => {
      throw new RangeError('no');
    };
    expect(() => parts.lease('a', { address: 'x' }, fail)).toThrow(RangeError);
    expect(parts.lease('a', { address: 'x' }, make).part.made).toBe(1);
  });
});
