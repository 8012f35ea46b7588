/** Every metric of a gateway, by name. docs/observability.md has the same list. */

import { CounterFamily, GaugeFamily, HistogramFamily } from './family.js';

/** From what an answer out of a near Redis takes to what nobody waits for, in seconds. */
const SECONDS = [0.000_25, 0.000_5, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const PROFILES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

export type MetricFamilies = ReturnType<typeof createFamilies>;

/** All of them, empty. */
export function createFamilies() {
  return {
    requests: new CounterFamily(
      'requests_total',
      'Requests answered. outcome: ok, partial (GraphQL data beside errors), or the code of the error that decided the status.',
      ['face', 'outcome', 'status'],
    ),
    errors: new CounterFamily(
      'errors_total',
      'Errors told to callers, by code: a GraphQL answer may tell many.',
      ['face', 'code'],
    ),
    requestSeconds: new HistogramFamily(
      'request_duration_seconds',
      'From the last byte of the headers to the answer, by class of status.',
      ['face', 'class'],
      SECONDS,
    ),
    requestsInFlight: new GaugeFamily<never>(
      'requests_in_flight',
      'Requests to the APIs that are being answered.',
      'sum',
    ),
    overloadRefused: new CounterFamily(
      'overload_refused_total',
      'Requests refused with OVERLOADED before anything was done for them, which no other metric counts.',
      [],
    ),
    unreadable: new CounterFamily(
      'unreadable_requests_total',
      'What came and could not be read as a request. reason: headers_too_large (431), malformed (400), too_slow (408).',
      ['reason'],
    ),
    lookups: new CounterFamily(
      'lookups_total',
      'Profiles asked for. outcome: found, missing (nothing stored, or nothing the caller may see), or the code of an error.',
      ['face', 'destination', 'outcome'],
    ),
    overLimits: new CounterFamily(
      'over_limit_total',
      'Requests past a limit whose mode is measure. Refused ones are requests_total by the outcome.',
      ['limit'],
    ),
    batchProfiles: new HistogramFamily(
      'batch_profiles',
      'Profiles that one request reads from one destination together, each once.',
      ['destination'],
      PROFILES,
    ),
    batchSeconds: new HistogramFamily(
      'batch_duration_seconds',
      'Time such a batch takes, connecting and waiting included.',
      ['destination'],
      SECONDS,
    ),
    pipelines: new CounterFamily(
      'pipelines_total',
      'Pipelines to nodes of Redis. outcome: ok, timeout, lost (connection), error (each reply was one: LOADING, NOPERM), refused by a circuit (circuit_open), by a server known to be away (unavailable) or by too many batches under way (overflow).',
      ['destination', 'outcome'],
    ),
    pipelineCommands: new HistogramFamily(
      'pipeline_commands',
      'Commands of one pipeline that was sent.',
      ['destination'],
      PROFILES,
    ),
    pipelineSeconds: new HistogramFamily(
      'pipeline_duration_seconds',
      'From a pipeline’s first byte to its last reply, or its end.',
      ['destination'],
      SECONDS,
    ),
    redisUp: new GaugeFamily<'destination'>(
      'redis_up',
      'Whether there is a connection to the Redis: 1, or 0. Of several workers the one that has none counts.',
      'min',
    ),
    circuits: new GaugeFamily<'destination' | 'state'>(
      'circuits',
      'Nodes by the state of their circuit breaker: closed, open, half_open. Each worker has one a node.',
      'sum',
    ),
    circuitsOpened: new CounterFamily('circuits_opened_total', 'Times that a circuit breaker has opened.', [
      'destination',
    ]),
    operations: new CounterFamily(
      'operations_total',
      'GraphQL operations. known: true where it was answered before and only had to be executed.',
      ['known'],
    ),
    knownOperations: new GaugeFamily<never>(
      'known_operations',
      'GraphQL operations that are kept ready.',
      'sum',
    ),
    knownOperationCharacters: new GaugeFamily<never>(
      'known_operations_characters',
      'Characters of their texts.',
      'sum',
    ),
    knownSignedTokens: new GaugeFamily<never>(
      'known_signed_tokens',
      'Signed tokens whose signature is remembered to be good.',
      'sum',
    ),
    eventLoopSeconds: new HistogramFamily(
      'event_loop_delay_seconds',
      'How much later than due a timer is served, looked at every 20 ms: what a request waits before anything is done for it.',
      [],
      SECONDS,
    ),
    logLinesDropped: new CounterFamily(
      'log_lines_dropped_total',
      'Lines of the log, audit lines among them, that could not be written: a full disk, or a reader that has stopped.',
      [],
    ),
    buildInfo: new GaugeFamily<'version'>('build_info', 'Which version this is. Always 1.', 'first'),
  };
}
