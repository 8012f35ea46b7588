/** What one request leaves behind: its line in the audit, its part in the metrics, and its trace. */

import type { AuditedRequest, AuditTrail } from './audit.js';
import type { LookedUp, LookupNotes, LookupOutcome } from './lookup-notes.js';
import type { Face, FaceMetrics } from './metrics/face-metrics.js';
import type { GatewayMetrics } from './metrics/gateway-metrics.js';
import type { RequestSpan, TracedSpan, Tracing } from './tracing.js';

/** Told of what a request does. */
export interface LookupTrail extends LookupNotes {
  /** Where an erasure is noted; undefined where nobody wants to know. */
  readonly audit: AuditTrail | undefined;
  /** What the request does next belongs into this span; undefined where it is not traced. */
  readonly span: TracedSpan | undefined;
  /**
   * Begins the span of an operation. Until it ends, what the request does belongs there, unless there are several.
   * @returns undefined where the request is not traced
   */
  beginOperation(): TracedSpan | undefined;
}

/** What HTTP knows of a request once it is answered. */
export interface AnsweredRequest extends AuditedRequest {
  /** Whether it could read anybody's data. */
  readonly isAudited: boolean;
  /** The code of the error that decided the status, or `partial`; undefined for an answer. */
  readonly failure: string | undefined;
  /** The code of every error that it tells. */
  readonly errorCodes: readonly string[] | undefined;
}

/** Where requests leave their trail; what is left out is switched off. */
export interface TrailOptions {
  readonly beginAudit?: (() => AuditTrail) | undefined;
  /** Share of the requests without a failure that get their line in it, 0 to 1. */
  readonly sampleSuccesses: number;
  readonly metrics?: GatewayMetrics | undefined;
  readonly tracing?: Tracing | undefined;
}

/** What a trail needs to know of a request that begins. */
export interface BegunRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The trail of one request. Make it when the request begins. */
export class RequestTrail implements LookupTrail {
  readonly audit: AuditTrail | undefined;
  readonly #sampleSuccesses: number;
  readonly #metrics: GatewayMetrics | undefined;
  readonly #face: FaceMetrics | undefined;
  readonly #span: RequestSpan | undefined;
  #operation: TracedSpan | undefined;
  #operations = 0;

  constructor(
    { beginAudit, sampleSuccesses, metrics, tracing }: TrailOptions,
    face: Face,
    { method, headers }: BegunRequest,
  ) {
    this.audit = beginAudit?.();
    this.#sampleSuccesses = sampleSuccesses;
    this.#metrics = metrics;
    this.#face = metrics?.face(face);
    this.#face?.begun();
    // Pages and probes are nobody's question.
    this.#span = face === 'other' ? undefined : tracing?.begin(method, headers);
  }

  get span(): TracedSpan | undefined {
    return this.#operation ?? this.#span;
  }

  /** Headers that the response gets: these, and its trace where there is one. */
  headersWith(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return this.#span === undefined ? headers : { ...headers, ...this.#span.headers };
  }

  beginOperation(): TracedSpan | undefined {
    const operation = this.#span?.child('GraphQL Operation', {});
    // Of several at once the lookups are read together, so they belong to the request.
    this.#operation = this.#operations === 0 ? operation : undefined;
    this.#operations += 1;
    return operation;
  }

  lookup(destinationId: string, id: LookedUp, outcome: LookupOutcome): void {
    this.audit?.lookup(destinationId, id, outcome);
    this.#face?.lookup(destinationId, outcome);
  }

  overLimit(limit: string): void {
    this.audit?.overLimit(limit);
    this.#metrics?.overLimit(limit);
  }

  /** To be called once. */
  answered(request: AnsweredRequest): void {
    const { status, failure, errorCodes, ms } = request;
    this.#face?.answered(status, failure ?? 'ok', errorCodes ?? [], ms / 1_000);
    this.#span?.answered(request);
    if (!request.isAudited) {
      return;
    }
    if (failure !== undefined || status >= 400 || this.#sampleSuccesses === 1) {
      this.audit?.write(request, this.#span?.traceId, undefined);
    } else if (Math.random() < this.#sampleSuccesses) {
      this.audit?.write(request, this.#span?.traceId, this.#sampleSuccesses);
    }
  }
}
