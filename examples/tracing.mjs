/**
 * Traces of the gateway to an OpenTelemetry collector.
 *
 *   npm install @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources
 *   NODE_OPTIONS='--import ./tracing.mjs' OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 activation-gateway serve
 */

import cluster from 'node:cluster';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

// The supervisor answers nobody. Where there is none (in a server of your own) leave the condition out.
if (cluster.isWorker) {
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'activation-gateway' })),
    // What a caller has decided holds; of the others one in a hundred is traced.
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 0.01)),
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // The gateway hands its spans on by itself. A context manager would follow every promise, traced or not.
  provider.register({ contextManager: null });
  // What is gathered is sent before the process ends.
  process.once('beforeExit', () => provider.shutdown());
}
