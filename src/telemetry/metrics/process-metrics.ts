import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * CPU, memory, garbage collection and file handles of this process, under the names that everybody's dashboards know. Measured
 * once it was asked for, and by one observer however many gateways there are.
 */
export async function processMetrics(): Promise<readonly object[]> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  const families = await registry.getMetricsAsJSON();
  // What was not observed since the last scrape is not a number, and could not be added up.
  return families.map((family) => ({
    ...family,
    values: family.values.filter(({ value }) => Number.isFinite(value)),
  }));
}
