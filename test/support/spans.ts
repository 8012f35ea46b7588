/** Spans of gateways in this process, kept where a test can look at them. */

import {
  InMemorySpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import type { TracerProvider } from '../../src/telemetry/tracing.js';

export interface Spans {
  readonly provider: TracerProvider;
  /** Those that have ended since {@link clear}. */
  all(): readonly ReadableSpan[];
  named(name: string): readonly ReadableSpan[];
  clear(): void;
}

/** Also makes the process take over and pass on W3C's headers, as an SDK does. @param root picks of those without a parent */
export function collectSpans(root: Sampler): Spans {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  provider.register({ contextManager: null });
  return {
    provider,
    all: () => exporter.getFinishedSpans(),
    named: (name) => exporter.getFinishedSpans().filter((span) => span.name === name),
    clear: () => exporter.reset(),
  };
}
