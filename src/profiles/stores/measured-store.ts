import type { DestinationMetrics } from '../../telemetry/metrics/destination-metrics.js';
import type { ProfileStore } from '../store.js';

/** A store whose batches are counted and timed. */
export function measuredStore(store: ProfileStore, metrics: DestinationMetrics): ProfileStore {
  return {
    read: (reads, cancellation, span) => store.read(reads, cancellation, span),
    check: () => store.check(),
    close: () => store.close(),
    onBatch: (profiles, seconds) => metrics.batch(profiles, seconds),
  };
}
