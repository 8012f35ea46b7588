/** Snapshots of processes become one, and text as Prometheus reads it. */

import { AggregatorRegistry } from 'prom-client';
import type { MetricsSnapshot } from './gateway-metrics.js';

/**
 * Metrics as Prometheus reads them, of the content type `METRICS_TYPE`.
 * @param snapshots of one or several processes: counters and histograms are added up, gauges as each says
 */
export function metricsText(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}

/** What of snapshots stays true once their processes have ended: what only grows, added up. */
export function remainder(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  return AggregatorRegistry.aggregate(
    snapshots.map((snapshot) => snapshot.filter(onlyGrows)),
  ).getMetricsAsArray();
}

function onlyGrows(family: object): boolean {
  return 'type' in family && (family.type === 'counter' || family.type === 'histogram');
}
