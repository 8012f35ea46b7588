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
    read(reads, cancellation, span) {
      const startedAt = performance.now();
      const batch = span?.child('read profiles', {
        'activation_gateway.destination': destinationId,
        'activation_gateway.batch.profiles': reads.length,
      });
      const reading = store.read(reads, cancellation, batch);
      if (batch !== undefined || metrics !== undefined) {
        // Beside the way of the results: every promise that they pass through costs as much as counting them does.
        reading.then(
          (results) => {
            metrics?.batch(reads.length, (performance.now() - startedAt) / 1_000);
            batch?.end(results.find((result) => result instanceof GatewayError)?.code);
          },
          () => batch?.end('INTERNAL'),
        );
      }
      return reading;
    },
    check: () => store.check(),
    close: () => store.close(),
  };
}
