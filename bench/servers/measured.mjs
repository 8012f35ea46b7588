/** What every server under measurement does besides serving: it says where it listens, and what only it can know. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;

/** @param port where the server listens */
export function measured(port) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const answers = {
    /** Bytes alive after a collection. */
    heap() {
      globalThis.gc();
      globalThis.gc();
      return { heapUsed: process.memoryUsage().heapUsed };
    },
    /** How long the event loop was held since this was last asked for, at p99 and at most. */
    loop() {
      const ms = (ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
      const held = { p99Ms: ms(delay.percentile(99)), maxMs: ms(delay.max) };
      delay.reset();
      delay.enable();
      return held;
    },
  };
  process.on('message', (what) => process.send(answers[what]()));
  process.on('disconnect', () => process.exit(0));
  process.send({ port });
}

/** What the bench gives every server. */
export const settings = JSON.parse(process.env.BENCH_SETTINGS ?? '{}');
