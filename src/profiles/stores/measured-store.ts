import { GatewayError } from '../../errors.js';
import type { DestinationMetrics } from '../../telemetry/metrics/destination-metrics.js';
import type { TracedSpan } from '../../telemetry/tracing.js';
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
            end(batch, results.find((result) => result instanceof GatewayError)?.code);
          },
          () => end(batch, 'INTERNAL'),
        );
      }
      return reading;
    },
    check: () => store.check(),
    close: () => store.close(),
  };
}

/** What takes spans is not ours; where it throws, nobody waits for it. */
function end(span: TracedSpan | undefined, failure: string | undefined): void {
  try {
    span?.end(failure);
  } catch {
    // The trace lacks this span, and no profile is the worse for it.
  }
}
