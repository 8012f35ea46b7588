import { GatewayError } from '../../errors.js';
import type { DestinationMetrics } from '../../telemetry/metrics/destination-metrics.js';
import type { ProfileStore } from '../store.js';

/** A store whose batches are counted, timed and traced. */
export function measuredStore(
  destinationId: string,
  store: ProfileStore,
  metrics: DestinationMetrics | undefined,
): ProfileStore {
  return {
    async read(reads, cancellation, span) {
      const startedAt = performance.now();
      const batch = span?.child('read profiles', {
        'activation_gateway.destination': destinationId,
        'activation_gateway.batch.profiles': reads.length,
      });
      const results = await store.read(reads, cancellation, batch);
      batch?.end(results.find((result) => result instanceof GatewayError)?.code);
      metrics?.batch(reads.length, (performance.now() - startedAt) / 1_000);
      return results;
    },
    check: () => store.check(),
    close: () => store.close(),
  };
}
