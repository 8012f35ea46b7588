/**
 * Traces of the gateway to an OpenTelemetry collector.
 *
 *   npm install @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources
 *   NODE_OPTIONS='--import ./tracing.mjs' OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 activation-gateway serve
 */

import cluster from 'node:cluster';
import { context, INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace-node';

/** Of the requests whose callers have not decided it, so many are traced. */
const SHARE = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 0.01);
const UNTRACED = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * Leaves requests out before the SDK does anything for them. Its own samplers are asked after ids, attributes and metrics
 * are made, which costs a request of one profile more than everything else that watches it.
 */
class EarlySamplingProvider extends NodeTracerProvider {
  getTracer(...named) {
    const tracer = super.getTracer(...named);
    const isLeftOut = (parent) => trace.getSpanContext(parent) === undefined && !(Math.random() < SHARE);
    return {
      startSpan: (name, options, parent = context.active()) =>
        isLeftOut(parent) ? UNTRACED : tracer.startSpan(name, options, parent),
      startActiveSpan: (...begun) =>
        isLeftOut(context.active()) ? begun.at(-1)(UNTRACED) : tracer.startActiveSpan(...begun),
    };
  }
}

// The supervisor answers nobody. Where there is none (in a server of your own) leave the condition out.
if (cluster.isWorker) {
  const provider = new EarlySamplingProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'activation-gateway' })),
    // What a caller has decided holds, and what was not left out above is traced.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // The gateway hands its spans on by itself. A context manager would follow every promise, traced or not.
  provider.register({ contextManager: null });
  // What is gathered is sent before the process ends.
  process.once('beforeExit', () => provider.shutdown());
}
