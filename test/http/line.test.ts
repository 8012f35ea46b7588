import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Line } from '../../src/http/line.js';

const MANY = 1_000;
const FEW = 1;

function busy(share: number): { line: Line; be(next: number): void } {
  let now = share;
  const line = new Line(() => now);
  line.look();
  return {
    line,
    be(next) {
      now = next;
      line.look();
    },
  };
}

const sockets = (count: number) => Array.from({ length: count }, () => new Socket());
const waiting = (connections: readonly Socket[]) => connections.map((connection) => connection.isPaused());

describe('connections that were answered', () => {
  it('are read on while the event loop has rest, however many requests wait for Redis', () => {
    const { line } = busy(0.9);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    expect(waiting(all)).toEqual([false, false, false]);
  });

  it('are read on while few requests keep it busy', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, FEW, 0);
    }
    expect(waiting(all)).toEqual([false, false, false]);
  });

  it('wait where it has no rest, and are let in one for each answer, in their order', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    expect(waiting(all)).toEqual([true, true, true]);
    const [other] = sockets(1);
    line.answered(other ?? new Socket(), FEW, 0);
    expect(waiting(all)).toEqual([false, true, true]);
    line.answered(other ?? new Socket(), FEW, 0);
    expect(waiting(all)).toEqual([false, false, true]);
  });

  it('are let in by and by where it has rest again, though nothing is answered', () => {
    const { line, be } = busy(1);
    const all = sockets(400);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    const left = () => waiting(all).filter(Boolean).length;
    const seen = [left()];
    while (seen.at(-1) !== 0) {
      be(0.5);
      seen.push(left());
    }
    expect(seen).toEqual([400, 200, 100, 50, 2, 0]);
  });

  it('wait for half a second at most, though nothing that is answered lets them in; then none waits for a while', () => {
    const { line, be } = busy(1);
    const [one = new Socket(), other = new Socket()] = sockets(2);
    line.answered(one, MANY, 0);
    for (let look = 0; look < 5; look += 1) {
      be(1);
      expect(waiting([one])).toEqual([true]);
    }
    be(1);
    line.answered(other, MANY, 0);
    expect(waiting([one, other])).toEqual([false, false]);
    be(1);
    line.answered(other, MANY, 0);
    expect(waiting([other])).toEqual([true]);
  });

  it('wait less where it turned out that more requests are needed to keep it busy, and as before by and by', () => {
    const { line, be } = busy(1);
    const [one = new Socket(), other = new Socket()] = sockets(2);
    line.answered(one, 60, 0);
    be(0.5);
    be(1);
    line.answered(one, 60, 0);
    expect(waiting([one])).toEqual([false]);
    for (let look = 0; look < 20; look += 1) {
      be(1);
    }
    line.answered(other, 60, 0);
    expect(waiting([other])).toEqual([true]);
  });

  it('do not wait twice, and are forgotten when they are closed', () => {
    const { line } = busy(1);
    const [one = new Socket(), gone = new Socket(), last = new Socket()] = sockets(3);
    line.answered(gone, MANY, 0);
    line.answered(one, MANY, 0);
    line.answered(one, MANY, 0);
    line.answered(last, MANY, 0);
    line.closed(gone);
    line.answered(new Socket(), FEW, 0);
    line.answered(new Socket(), FEW, 0);
    expect(waiting([one, last])).toEqual([false, false]);
    const destroyed = new Socket().destroy();
    line.answered(destroyed, MANY, 0);
    expect(destroyed.isPaused()).toBe(false);
  });

  it('are all let in by who opens the line', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    line.open();
    expect(waiting(all)).toEqual([false, false, false]);
  });
});

describe('while new connections wait to be accepted', () => {
  /** One in each turn of the event loop, and each turn is long. */
  async function arrive(line: Line): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      line.opened();
      const until = performance.now() + 2;
      while (performance.now() < until) {
        // Nothing else is done meanwhile.
      }
      await setImmediate();
    }
  }

  it.each([
    { name: 'many requests', inFlight: 12, lookups: 12, isLate: true },
    { name: 'many lookups', inFlight: 1, lookups: 100, isLate: true },
    { name: 'few of both', inFlight: 11, lookups: 99, isLate: false },
  ])(
    'connections that were answered wait for $name under way: $isLate',
    async ({ inFlight, lookups, isLate }) => {
      const { line } = busy(0.5);
      await arrive(line);
      const [one = new Socket()] = sockets(1);
      line.answered(one, inFlight, lookups);
      expect(waiting([one])).toEqual([isLate]);
    },
  );

  it('they are let in with answers that leave few under way, and once none waits to be accepted', async () => {
    const { line } = busy(0.5);
    await arrive(line);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    line.answered(new Socket(), FEW, 0);
    expect(waiting(all)).toEqual([false, true, true]);
    await expect.poll(() => waiting(all)).toEqual([false, false, false]);
    const [late = new Socket()] = sockets(1);
    line.answered(late, MANY, 0);
    expect(waiting([late])).toEqual([false]);
  });

  it('each look lets in eight of them, whether any was answered or not, and each is as late as it was', async () => {
    const { line, be } = busy(1);
    const [before = new Socket()] = sockets(1);
    line.answered(before, MANY, 0);
    for (let look = 0; look < 5; look += 1) {
      be(1);
    }
    await arrive(line);
    const all = sockets(20);
    for (const each of all) {
      line.answered(each, MANY, 0);
    }
    const left = () => waiting(all).filter(Boolean).length;
    const seen: number[] = [];
    for (let look = 0; look < 3; look += 1) {
      be(1);
      seen.push(left());
    }
    expect(waiting([before])).toEqual([false]);
    expect(seen).toEqual([13, 5, 0]);
  });

  it('more may be under way with each look that finds rest: they wait for Redis, and none waits for them', async () => {
    const { line, be } = busy(1);
    await arrive(line);
    const all = sockets(3);
    const [first = new Socket(), second = new Socket(), third = new Socket()] = all;
    line.answered(first, 12, 100);
    expect(waiting([first])).toEqual([true]);
    be(0.5);
    line.answered(second, 23, 199);
    line.answered(third, 24, 199);
    expect(waiting(all)).toEqual([false, false, true]);
  });
});
