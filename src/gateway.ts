/** The composition root: a configuration in, a running gateway out, and another configuration while it runs. */

import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKnownTokens } from './access/known-tokens.js';
import { countHere, countInSupervisor } from './access/rate-limiter.js';
import { Catalogue } from './catalogue/catalogue.js';
import { type ProjectEntity, readPbProject } from './catalogue/pb-project.js';
import type { Config } from './config/config.js';
import { ERROR_STATUS, type ErrorCode } from './errors.js';
import { type Blueprint, type DemoFace, Generation } from './generation.js';
import { GenerationParts, type OpenStore } from './generation-parts.js';
import { loadTrustedDocuments } from './graphql/load-trusted-documents.js';
import { Admission, type LoadState } from './http/admission.js';
import { createMetricsServer } from './http/metrics-server.js';
import { createHttpServer } from './http/server.js';
import { createLogger, describeError, type Logger } from './telemetry/logger.js';
import { GatewayMetrics, type MetricsSnapshot } from './telemetry/metrics/gateway-metrics.js';
import { openTracing, type TracerProvider } from './telemetry/tracing.js';
import { packageVersion } from './version.js';
import { warmUpCode } from './warm-up.js';

/** How long requests in flight may take to finish once the gateway is told to stop. */
const DRAIN_MS = 8_000;
const MS_A_SECOND = 1_000;

/** What a gateway serves. */
export interface Served {
  readonly config: Config;
  /** The trusted documents by ID; read from where the configuration says when left out. */
  readonly trustedDocuments?: ReadonlyMap<string, string> | undefined;
  /** What the `pb_project.yaml` of the catalogue says; read from where the configuration says when left out. */
  readonly projectEntities?: readonly ProjectEntity[] | undefined;
}

export interface GatewayOptions extends Served {
  /** Defaults to lines on standard output, as the configuration says. */
  readonly logger?: Logger;
  /** Gives the store of a destination instead of its Redis: the demo's embedded one. Nothing can be erased there. */
  readonly openStore?: OpenStore;
  /** Where rates are counted that the configuration gives no Redis for: here, unless this is a worker of a supervisor. */
  readonly countRates?: 'here' | 'in the supervisor';
  /** Whether the port for metrics is opened, if the configuration has one: true, unless somebody else serves what {@link Gateway.readMetrics} gives. */
  readonly serveMetrics?: boolean;
  /** Whose spans requests get: those of the process's OpenTelemetry SDK, where it has one. */
  readonly tracerProvider?: TracerProvider;
  /** For a demo, and nothing else: what its pages show, anyone who opens them reads. */
  readonly demo?: DemoFace;
}

/** What is known of a gateway now, for metrics. */
export interface GatewayState extends LoadState {
  /** Configurations that were served so far, this one included. */
  readonly generation: number;
}

/** A gateway that is built and not yet listening. */
export interface Gateway {
  readonly state: GatewayState;
  /**
   * Starts to listen where the configuration says.
   * @throws when the address cannot be had, `EADDRINUSE` for one.
   */
  listen(): Promise<AddressInfo>;
  /**
   * Does what otherwise the first requests would wait for: runs the code, and connects to every destination that can be read.
   * What cannot be reached is told to the log and tried again. `/readyz` says yes only when this is done; where it was never
   * asked for, when the connections stand.
   * @returns whether all destinations answer now
   */
  warmUp(): Promise<boolean>;
  /**
   * Serves another configuration from now on, all of it but `server.host` and `server.port`. Requests under way are finished as
   * they were begun; destinations that have not changed keep their connections, what was counted against a rate stays counted.
   * @throws TrustedDocumentsError when the trusted documents cannot be had, ConfigError when the catalogue cannot; nothing has
   *   changed then.
   */
  reload(served: Served): void;
  /** What was counted so far, for `metricsText`; nothing where the configuration has no `metrics`. */
  readMetrics(): Promise<MetricsSnapshot>;
  /** Ends every connection that there is now with its next answer: whoever opens another comes to any of several gateways that share an address. */
  renewConnections(): void;
  /** Says on `/readyz` that the gateway is about to stop, and serves on for `server.drainSeconds`. */
  announceStop(): Promise<void>;
  /** Finishes what is in flight (for at most 8 s), refuses what is new, closes every connection. */
  close(): Promise<void>;
}

/**
 * @throws TrustedDocumentsError when the trusted documents that the configuration names cannot be had; ConfigError when its
 *   catalogue cannot.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { logger = createLogger(options.config.log), openStore, demo } = options;
  const { countRates = 'here', serveMetrics = true } = options;
  const version = packageVersion();
  const { metrics: metricsConfig } = options.config;
  const metrics = metricsConfig && createMetrics(version);
  const tracing = openTracing(version, options.tracerProvider);
  const knownTokens = createKnownTokens(options.config.accessTokens);
  const parts = new GenerationParts({
    logger,
    knownTokens,
    openStore,
    metrics,
    createCounter: countRates === 'here' ? countHere : countInSupervisor,
  });
  let isStopping = false;
  let warm: Promise<boolean> | undefined;
  let prepared: Promise<boolean> | undefined;
  const generationOptions = {
    parts,
    logger,
    demo,
    metrics,
    tracing,
    readiness: { warmUp: () => warm ?? prepare(), isStopping: () => isStopping },
  };

  let generation = new Generation(blueprintOf(options), generationOptions);
  let count = 1;
  metrics?.watchCaches(() => generation.cacheSizes);
  const readMetrics = async () => (await metrics?.snapshot()) ?? [];
  const metricsServer =
    metrics && serveMetrics
      ? createMetricsServer(async () => metricsTextOf([await readMetrics()]), logger)
      : undefined;
  const retiring = new Set<Generation>();
  const admission = new Admission(() => generation.config.limits.overload, logger);
  metrics?.watchLoad(() => admission.state.refused);
  const server = createHttpServer({
    site: () => generation.site,
    admission,
    logger,
    requestTimeoutMs: options.config.server.requestTimeoutMs,
    onUnreadable: (reason) => metrics?.unreadable(reason),
  });

  function warmUp(): Promise<boolean> {
    warm ??= warmUpCode(metrics && createMetrics(version))
      .catch((error: unknown) =>
        logger.warn(describeError(error), 'the code is not warm: the first requests take longer'),
      )
      .then(prepare);
    return warm;
  }

  /** All of it but the code: for a gateway that nobody has warmed up, the demo's for one. */
  function prepare(): Promise<boolean> {
    prepared ??= generation.prepare();
    return prepared;
  }

  async function retire(old: Generation): Promise<void> {
    retiring.add(old);
    await old.retire();
    retiring.delete(old);
  }

  return {
    get state() {
      return { ...admission.state, generation: count };
    },
    async listen() {
      if (metricsConfig !== undefined) {
        await metricsServer?.listen(metricsConfig.host, metricsConfig.port);
      }
      const { host, port } = options.config.server;
      return server.listen(host, port);
    },
    warmUp,
    reload(served) {
      const next = new Generation(blueprintOf(served), generationOptions);
      const old = generation;
      generation = next;
      count += 1;
      knownTokens.replace(next.config.accessTokens);
      server.setRequestTimeout(next.config.server.requestTimeoutMs);
      void retire(old);
      // What is new shall not wait for its first lookup.
      void next.prepare();
    },
    readMetrics,
    renewConnections: server.renewConnections,
    async announceStop() {
      isStopping = true;
      const { drainSeconds } = generation.config.server;
      if (drainSeconds > 0) {
        server.endConnections();
        await sleep(drainSeconds * MS_A_SECOND);
      }
    },
    async close() {
      isStopping = true;
      await server.drain(DRAIN_MS);
      admission.close();
      metrics?.close();
      await metricsServer?.close();
      await Promise.all([generation, ...retiring].map((each) => each.close()));
    },
  };
}

/** What a lookup may come to where nothing is wrong with how it was asked for. */
const LOOKUP_CODES: readonly ErrorCode[] = [
  'FORBIDDEN',
  'RATE_LIMITED',
  'MALFORMED_TRAITS',
  'PROFILE_TOO_LARGE',
  'STORE_UNAVAILABLE',
  'STORE_TIMEOUT',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
];

function createMetrics(version: string): GatewayMetrics {
  const other: ErrorCode = 'BAD_REQUEST';
  return new GatewayMetrics({
    version,
    codes: { status: ERROR_STATUS, ofLookups: LOOKUP_CODES, other },
  });
}

/** prom-client takes 11 MB: it is loaded by the first scrape. */
async function metricsTextOf(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  const { metricsText } = await import('./telemetry/metrics/exposition.js');
  return metricsText(snapshots);
}

function blueprintOf({ config, trustedDocuments, projectEntities }: Served): Blueprint {
  const { mode = 'off', path = '' } = config.trustedDocuments ?? {};
  const { catalog } = config;
  return {
    config,
    trustedDocuments:
      mode === 'off' ? undefined : { mode, byId: trustedDocuments ?? loadTrustedDocuments(path) },
    catalogue: catalog === undefined ? undefined : new Catalogue(projectEntities ?? readPbProject(catalog)),
  };
}
