import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 50;

/**
 * Tries until an attempt does not throw, and gives what it gave.
 * @param what what is waited for, for the message: `the cluster settles`.
 * @throws after `timeoutMs`, 15 seconds by default, with the last attempt's error as the cause.
 */
export async function until<T>(
  what: string,
  attempt: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<Awaited<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(`Not within ${timeoutMs} ms: ${what} (${String(error)})`, { cause: error });
      }
      await sleep(INTERVAL_MS);
    }
  }
}
