/** The composition root: a configuration in, a running gateway out. The only file that knows every room. */

import type { AddressInfo } from 'node:net';
import { createAuthenticator } from './access/authenticator.js';
import type { Config, RedisDestinationConfig } from './config/config.js';
import { createDestinationRegistry } from './destinations/registry.js';
import { createEngine } from './graphql/engine.js';
import { graphqlRoute } from './graphql/route.js';
import type { HttpRequest } from './http/exchange.js';
import { healthRoutes } from './http/health.js';
import { landingRoute } from './http/landing.js';
import { createHttpServer } from './http/server.js';
import { layoutOf } from './profiles/layouts/layout-of.js';
import type { ProfileStore } from './profiles/store.js';
import { redisStore } from './profiles/stores/redis-store.js';
import { openRedisClient } from './redis/open-client.js';
import { createRequestContext } from './request-context.js';
import { activationRoutes } from './rest/activation.js';
import { createLogger, type Logger } from './telemetry/logger.js';

/** How long requests in flight may take to finish once the gateway is told to stop. */
const DRAIN_MS = 8_000;

export interface GatewayOptions {
  readonly config: Config;
  /** Defaults to JSON lines on standard output. */
  readonly logger?: Logger;
  /** Gives the store of a destination instead of its Redis: the demo's embedded one. */
  readonly openStore?: (destination: RedisDestinationConfig) => ProfileStore;
  /** Put into the headers of GraphiQL. Only for a demo: anyone who opens the page reads it. */
  readonly graphiqlAccessToken?: string;
}

/** A gateway that is built and not yet listening. */
export interface Gateway {
  /**
   * Starts to listen where the configuration says.
   * @throws when the address cannot be had, `EADDRINUSE` for one.
   */
  listen(): Promise<AddressInfo>;
  /**
   * Connects to every destination that can be read, which otherwise the first lookup does. What cannot be reached is told to
   * the log and tried again.
   * @returns whether all of them answer now
   */
  connect(): Promise<boolean>;
  /** Finishes what is in flight (for at most 8 s), refuses what is new, closes every connection. */
  close(): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { config, logger = createLogger(), graphiqlAccessToken } = options;
  const { openStore = (destination) => openRedis(destination, logger) } = options;

  const authenticator = createAuthenticator(config.accessTokens);
  const destinations = createDestinationRegistry(config.destinations, openStore);
  const createContext = ({ requestId, headers }: HttpRequest) =>
    createRequestContext(
      { authenticator, destinations },
      { requestId, authorization: headers.authorization },
    );

  const graphiql = graphiqlAccessToken === undefined ? {} : { accessToken: graphiqlAccessToken };
  const server = createHttpServer(
    [
      landingRoute({ graphiql: config.server.graphiql }),
      ...healthRoutes(destinations.readable.map(({ id, store }) => ({ id, check: () => store.check() }))),
      graphqlRoute({
        engine: createEngine(logger),
        createContext,
        ...(config.server.graphiql ? { graphiql } : {}),
      }),
      ...activationRoutes(createContext),
    ],
    logger,
  );

  return {
    listen: () => server.listen(config.server.host, config.server.port),
    async connect() {
      const checks = await Promise.allSettled(destinations.readable.map(({ store }) => store.check()));
      return checks.every(({ status }) => status === 'fulfilled');
    },
    async close() {
      await server.drain(DRAIN_MS);
      await destinations.close();
    },
  };
}

function openRedis(destination: RedisDestinationConfig, logger: Logger): ProfileStore {
  const { id, redis, timeoutMs, maxProfileBytes } = destination;
  return redisStore(
    openRedisClient({ destinationId: id, settings: redis, timeoutMs, logger }),
    layoutOf(destination),
    maxProfileBytes,
  );
}
