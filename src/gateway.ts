/** The composition root: a configuration in, a running gateway out, and another configuration while it runs. */

import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKnownTokens } from './access/known-tokens.js';
import { countHere, countInSupervisor } from './access/rate-limiter.js';
import { Catalogue } from './catalogue/catalogue.js';
import { type ProjectEntity, readPbProject } from './catalogue/pb-project.js';
import type { Config } from './config/config.js';
import { type Blueprint, type DemoFace, Generation } from './generation.js';
import { GenerationParts, type OpenStore } from './generation-parts.js';
import { loadTrustedDocuments } from './graphql/load-trusted-documents.js';
import { Admission, type LoadState } from './http/admission.js';
import { createHttpServer } from './http/server.js';
import { createLogger, type Logger } from './telemetry/logger.js';
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
  /** Defaults to JSON lines on standard output. */
  readonly logger?: Logger;
  /** Gives the store of a destination instead of its Redis: the demo's embedded one. Nothing can be erased there. */
  readonly openStore?: OpenStore;
  /** Where rates are counted that the configuration gives no Redis for: here, unless this is a worker of a supervisor. */
  readonly countRates?: 'here' | 'in the supervisor';
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
   * Does what otherwise the first requests would wait for: connects to every destination that can be read. What cannot be
   * reached is told to the log and tried again. `/readyz` says yes only when this is done.
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
  const { logger = createLogger(), openStore, countRates = 'here', demo } = options;
  const knownTokens = createKnownTokens(options.config.accessTokens);
  const parts = new GenerationParts({
    logger,
    knownTokens,
    openStore,
    createCounter: countRates === 'here' ? countHere : countInSupervisor,
  });
  let isStopping = false;
  let warm: Promise<boolean> | undefined;
  const generationOptions = {
    parts,
    logger,
    demo,
    readiness: { warmUp, isStopping: () => isStopping },
  };

  let generation = new Generation(blueprintOf(options), generationOptions);
  let count = 1;
  const retiring = new Set<Generation>();
  const admission = new Admission(() => generation.config.limits.overload, logger);
  const server = createHttpServer({
    site: () => generation.site,
    admission,
    logger,
    requestTimeoutMs: options.config.server.requestTimeoutMs,
  });

  function warmUp(): Promise<boolean> {
    warm ??= Promise.all([generation.prepare(), warmUpCode()]).then(([all]) => all);
    return warm;
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
    listen() {
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
      await Promise.all([generation, ...retiring].map((each) => each.close()));
    },
  };
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
