/** Deadlines are moments of performance.now(), so that what is left of one is known wherever the work is taken up. */

export const TIMED_OUT = Symbol('timed out');

/** Milliseconds until a deadline, at least one. */
export function remaining(deadline: number): number {
  return Math.max(1, deadline - performance.now());
}

/**
 * What the promise gives, its error included, or TIMED_OUT when the deadline comes first. What has come in time is taken, late
 * as it may be: where this process was held up, a server is not told to be slow whose reply waits to be read.
 */
export function before<T>(deadline: number, promise: Promise<T>): Promise<T | Error | typeof TIMED_OUT> {
  return new Promise((resolve) => {
    // The event loop looks after timers first, then reads, and comes to setImmediate then.
    const timer = setTimeout(() => setImmediate(() => resolve(TIMED_OUT)), remaining(deadline));
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        resolve(error);
      },
    );
  });
}

/** What the promise gives. @throws what it throws, or an error that says TIMEOUT */
export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  const result = await before(performance.now() + timeoutMs, promise);
  if (result === TIMED_OUT) {
    throw new Error('TIMEOUT');
  }
  if (result instanceof Error) {
    throw result;
  }
  return result;
}
