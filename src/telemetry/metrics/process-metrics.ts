import type { Registry } from 'prom-client';

let registry: Promise<Registry> | undefined;

/**
 * CPU, memory, garbage collection and file handles of this process, under the names that everybody's dashboards know. Measured
 * once it was asked for, and by one observer however many gateways there are.
 */
export async function processMetrics(): Promise<readonly object[]> {
  registry ??= observe();
  const families = await (await registry).getMetricsAsJSON();
  // What was not observed since the last scrape is not a number, and could not be added up.
  return families.map((family) => ({
    ...family,
    values: family.values.filter(({ value }) => Number.isFinite(value)),
  }));
}

/** prom-client takes 11 MB: it is loaded by the first scrape. */
async function observe(): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}
