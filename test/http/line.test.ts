import { Socket } from 'node:net';
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
      line.answered(each, MANY);
    }
    expect(waiting(all)).toEqual([false, false, false]);
  });

  it('are read on while few requests keep it busy', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, FEW);
    }
    expect(waiting(all)).toEqual([false, false, false]);
  });

  it('wait where it has no rest, and are let in one for each answer, in their order', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY);
    }
    expect(waiting(all)).toEqual([true, true, true]);
    const [other] = sockets(1);
    line.answered(other ?? new Socket(), FEW);
    expect(waiting(all)).toEqual([false, true, true]);
    line.answered(other ?? new Socket(), FEW);
    expect(waiting(all)).toEqual([false, false, true]);
  });

  it('are let in by and by where it has rest again, though nothing is answered', () => {
    const { line, be } = busy(1);
    const all = sockets(400);
    for (const each of all) {
      line.answered(each, MANY);
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
    line.answered(one, MANY);
    for (let look = 0; look < 5; look += 1) {
      be(1);
      expect(waiting([one])).toEqual([true]);
    }
    be(1);
    line.answered(other, MANY);
    expect(waiting([one, other])).toEqual([false, false]);
    be(1);
    line.answered(other, MANY);
    expect(waiting([other])).toEqual([true]);
  });

  it('wait less where it turned out that more requests are needed to keep it busy, and as before by and by', () => {
    const { line, be } = busy(1);
    const [one = new Socket(), other = new Socket()] = sockets(2);
    line.answered(one, 60);
    be(0.5);
    be(1);
    line.answered(one, 60);
    expect(waiting([one])).toEqual([false]);
    for (let look = 0; look < 20; look += 1) {
      be(1);
    }
    line.answered(other, 60);
    expect(waiting([other])).toEqual([true]);
  });

  it('do not wait twice, and are forgotten when they are closed', () => {
    const { line } = busy(1);
    const [one = new Socket(), gone = new Socket(), last = new Socket()] = sockets(3);
    line.answered(gone, MANY);
    line.answered(one, MANY);
    line.answered(one, MANY);
    line.answered(last, MANY);
    line.closed(gone);
    line.answered(new Socket(), FEW);
    line.answered(new Socket(), FEW);
    expect(waiting([one, last])).toEqual([false, false]);
    const destroyed = new Socket().destroy();
    line.answered(destroyed, MANY);
    expect(destroyed.isPaused()).toBe(false);
  });

  it('are all let in by who opens the line', () => {
    const { line } = busy(1);
    const all = sockets(3);
    for (const each of all) {
      line.answered(each, MANY);
    }
    line.open();
    expect(waiting(all)).toEqual([false, false, false]);
  });
});
