/** Snapshots of processes become one, and text as Prometheus reads it. */

import { AggregatorRegistry, Registry } from 'prom-client';
import type { MetricsSnapshot } from './gateway-metrics.js';

/** The content type of {@link metricsText}. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Metrics as Prometheus reads them, of the content type {@link METRICS_TYPE}.
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
