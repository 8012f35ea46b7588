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
