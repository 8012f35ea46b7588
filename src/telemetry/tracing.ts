/**
 * Traces, through the API of OpenTelemetry: where the process has an SDK of it, requests that its sampler picks get spans. Spans are
 * handed on as arguments: a context manager would have Node follow every promise of every request. What makes and takes spans is not
 * ours: where it throws, the trace lacks a span, and no answer is the worse for it.
 */

import {
  type Attributes,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

export type { TracerProvider } from '@opentelemetry/api';

const NAME = 'activation-gateway';
const W3C_HEADERS: readonly string[] = ['traceparent', 'tracestate', 'baggage'];

/** Names and values of a span's attributes: names of OpenTelemetry's conventions where there is one, never what a caller sent. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span of a request that is being traced. */
export interface TracedSpan {
  /** Begins a span inside this one. */
  child(name: string, attributes: SpanAttributes): TracedSpan;
  /** Begins one that waits for another server. */
  call(name: string, attributes: SpanAttributes): TracedSpan;
  /** @param failure what went wrong: the code of an error or another word of a closed set; undefined where nothing did */
  end(failure?: string): void;
  /** Headers that tell another server which span asks it. */
  outgoingHeaders(): Readonly<Record<string, string>>;
}

/** A request that was answered, at a path that there is. */
export interface TracedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The code of the error that decided the status, or `partial`. */
  readonly failure: string | undefined;
}

/** The span of a whole request. */
export interface RequestSpan extends TracedSpan {
  /** Ends it. */
  answered(answer: TracedAnswer): void;
  readonly traceId: string;
  /** `traceresponse`, as W3C has it: by which trace the caller finds its request. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Tracing {
  /**
   * Begins the span of a request, inside that of the caller where its headers name one.
   * @returns undefined where the sampler leaves it out
   */
  begin(method: string, headers: IncomingHeaders): RequestSpan | undefined;
}

interface IncomingHeaders {
  readonly [name: string]: string | string[] | undefined;
  readonly traceparent?: string | string[] | undefined;
  readonly tracestate?: string | string[] | undefined;
  readonly baggage?: string | string[] | undefined;
}

/**
 * @param provider whose tracer is taken; the process's own by default
 * @returns undefined where the process has none: nothing is traced then
 */
export function openTracing(
  version: string,
  provider: TracerProvider = trace.getTracerProvider(),
): Tracing | undefined {
  if (provider instanceof ProxyTracerProvider && provider.getDelegateTracer(NAME) === undefined) {
    return undefined;
  }
  const tracer = provider.getTracer(NAME, version);
  const methods = new Map<string, SpanOptions>();
  // A propagator names the headers that it writes; only of W3C's is it known that it reads no others.
  const isW3c = propagation.fields().every((field) => W3C_HEADERS.includes(field));
  /** Most callers have no trace: to look for one in every format that is spoken costs more than to see that its headers are not there. */
  const mayHaveParent = ({ traceparent, tracestate, baggage }: IncomingHeaders) =>
    !isW3c || traceparent !== undefined || tracestate !== undefined || baggage !== undefined;
  return {
    begin(method, headers) {
      let options = methods.get(method);
      if (options === undefined) {
        // node:http knows some thirty methods, and refuses all others.
        options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } };
        methods.set(method, options);
      }
      try {
        const parent = mayHaveParent(headers) ? propagation.extract(ROOT_CONTEXT, headers) : ROOT_CONTEXT;
        const span = tracer.startSpan(method, options, parent);
        return span.isRecording() ? new SampledRequest(tracer, span) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** In the place of one that could not be made. */
const NO_SPAN: TracedSpan = {
  child: () => NO_SPAN,
  call: () => NO_SPAN,
  end() {},
  outgoingHeaders: () => ({}),
};

class SampledSpan implements TracedSpan {
  protected readonly span: Span;
  readonly #tracer: Tracer;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.span = span;
  }

  child(name: string, attributes: SpanAttributes): TracedSpan {
    return this.#begin(name, SpanKind.INTERNAL, attributes);
  }

  call(name: string, attributes: SpanAttributes): TracedSpan {
    return this.#begin(name, SpanKind.CLIENT, attributes);
  }

  end(failure?: string): void {
    try {
      if (failure !== undefined) {
        this.span.setAttribute('error.type', failure);
        this.span.setStatus({ code: SpanStatusCode.ERROR });
      }
      this.span.end();
    } catch {
      // It was sent or it was not.
    }
  }

  outgoingHeaders(): Readonly<Record<string, string>> {
    const headers = {};
    try {
      propagation.inject(trace.setSpan(ROOT_CONTEXT, this.span), headers);
    } catch {
      // The other server begins a trace of its own.
    }
    return headers;
  }

  #begin(name: string, kind: SpanKind, attributes: Attributes): TracedSpan {
    const context = trace.setSpan(ROOT_CONTEXT, this.span);
    try {
      return new SampledSpan(this.#tracer, this.#tracer.startSpan(name, { kind, attributes }, context));
    } catch {
      return NO_SPAN;
    }
  }
}

class SampledRequest extends SampledSpan implements RequestSpan {
  answered({ method, path, status, failure }: TracedAnswer): void {
    try {
      this.span.updateName(`${method} ${path}`);
      this.span.setAttributes({
        'http.route': path,
        'url.path': path,
        'http.response.status_code': status,
        ...(failure === undefined ? {} : { 'activation_gateway.outcome': failure }),
      });
    } catch {
      // It ends without them.
    }
    // What a caller did wrong is no error of the server's.
    this.end(status >= 500 ? failure : undefined);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get headers(): Readonly<Record<string, string>> {
    const { traceId, spanId } = this.span.spanContext();
    return { traceresponse: `00-${traceId}-${spanId}-01` };
  }
}
