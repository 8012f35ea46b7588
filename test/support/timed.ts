import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

/**
 * How long something took.
 * @returns what it gave, the milliseconds until then, and for how many of them at most this process was held up at once: what
 *   a busy machine takes is not the gateway's
 */
export async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number; readonly heldUpMs: number }> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const start = performance.now();
  const value = await work();
  const ms = performance.now() - start;
  delays.disable();
  return { value, ms, heldUpMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) };
}
