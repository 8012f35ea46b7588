import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventLoopDelay } from '../../src/telemetry/metrics/event-loop-delay.js';
import { Histogram } from '../../src/telemetry/metrics/histogram.js';

it('counts a second without a turn as all the looks that it took away', async () => {
  const seconds = new Histogram([0.1, 0.5, 0.9]);
  const delay = new EventLoopDelay(seconds);
  const startedAt = performance.now();
  await sleep(100);
  const before = seconds.cumulated();
  const end = performance.now() + 1_000;
  while (performance.now() < end);
  await sleep(50);
  delay.close();
  const upTo = (index: number) => (seconds.cumulated()[index]?.count ?? 0) - (before[index]?.count ?? 0);
  // Every 20 ms of it: 5 late by at most 0.1 s, 20 by at most 0.5 s, 20 by at most 0.9 s more, and 5 by more.
  expect(upTo(1) - upTo(0)).toBeGreaterThanOrEqual(18);
  expect(upTo(2) - upTo(1)).toBeGreaterThanOrEqual(18);
  expect(upTo(3) - upTo(2)).toBeGreaterThanOrEqual(3);
  expect(seconds.count).toBeLessThanOrEqual((performance.now() - startedAt) / 20 + 1);
});
