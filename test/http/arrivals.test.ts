import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Arrivals } from '../../src/http/arrivals.js';

const LONG_MS = 3;
const SHORT_MS = 0.2;

let now: number;
let ends: number;
let arrivals: Arrivals;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  now = 0;
  ends = 0;
  arrivals = new Arrivals(
    () => {
      ends += 1;
    },
    () => now,
  );
});
afterEach(() => {
  vi.useRealTimers();
});

/** @param turns of the event loop: whether one comes in each */
async function pass(turns: readonly boolean[], turnMs = LONG_MS): Promise<void> {
  for (const comes of turns) {
    now += turnMs;
    if (comes) {
      arrivals.came();
    }
    await setImmediate();
  }
}

function advance(ms: number): void {
  now += ms;
  vi.advanceTimersByTime(ms);
}

describe('connections that come', () => {
  it('now and then are nobody that waits', async () => {
    for (let times = 0; times < 5; times += 1) {
      await pass([true, true, true, false, false, false]);
      expect(arrivals.areWaiting).toBe(false);
    }
    expect(ends).toBe(0);
  });

  it('in each of many short turns are nobody that waits: all are accepted at once', async () => {
    await pass(
      Array.from({ length: 50 }, () => true),
      SHORT_MS,
    );
    expect(arrivals.areWaiting).toBe(false);
  });

  it.each([
    { name: 'in each turn', turns: [true, true, true, true] },
    { name: 'soon after each other', turns: [true, false, false, true, false, true, true] },
  ])('$name, where turns are long, tell that others wait', async ({ turns }) => {
    await pass(turns.slice(0, -1));
    expect(arrivals.areWaiting).toBe(false);
    await pass(turns.slice(-1));
    expect(arrivals.areWaiting).toBe(true);
  });

  it('tell so for as long as they come, and a little longer: whoever deals them out takes a while', async () => {
    await pass([true, true, true, true]);
    for (let times = 0; times < 20; times += 1) {
      arrivals.came();
      for (let check = 0; check < 4; check += 1) {
        advance(5);
        expect(arrivals.areWaiting).toBe(true);
      }
    }
    expect(ends).toBe(0);
    advance(5);
    expect(arrivals.areWaiting).toBe(false);
    expect(ends).toBe(1);
  });

  it('tell so anew a while afterwards', async () => {
    for (let times = 1; times <= 2; times += 1) {
      await pass([true, true, true, true]);
      expect(arrivals.areWaiting).toBe(true);
      advance(100);
      expect(arrivals.areWaiting).toBe(false);
      expect(ends).toBe(times);
      advance(100);
    }
  });

  it.each([
    { name: 'all the time', ms: 2_000, lastMs: 2_000, pauseMs: 1_000 },
    { name: 'for a while, and again at once,', ms: 500, lastMs: 520, pauseMs: 260 },
  ])(
    '$name are given two seconds at most, and then none for half as long',
    async ({ ms, lastMs, pauseMs }) => {
      await pass([true, true, true, true]);
      const from = now;
      while (arrivals.areWaiting) {
        if (now - from < ms) {
          arrivals.came();
        }
        advance(5);
      }
      expect([now - from, ends]).toEqual([lastMs, 1]);
      const since = now;
      while (!arrivals.areWaiting) {
        await pass([true]);
      }
      expect(now - since).toBeGreaterThanOrEqual(pauseMs);
      expect(now - since).toBeLessThan(pauseMs + 2 * LONG_MS);
    },
  );
});
