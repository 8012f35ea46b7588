/** What every server under measurement does besides serving: it says where it listens, and what it has used. */

/** @param port where the server listens @param details what else the bench shall know of it */
export function measured(port) {
  process.on('message', (message) => {
    if (message === 'usage') {
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      process.send({ usage: { cpuUs: user + system, rss, heapUsed } });
    }
    if (message === 'heap') {
      globalThis.gc?.();
      globalThis.gc?.();
      process.send({ usage: { heapUsed: process.memoryUsage().heapUsed } });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ port });
}

/** What the bench gives every server. */
export const settings = JSON.parse(process.env.BENCH_SETTINGS ?? '{}');
