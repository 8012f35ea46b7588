import { z } from 'zod';
import { DEFAULT_SERVER } from './defaults.js';
import { flag, listeningHost, listeningPort, text, wholeNumber } from './scalar.js';
import { section, withDefaults } from './section.js';

const MIN_REQUEST_MS = 1_000;
const MAX_REQUEST_MS = 600_000;
const MAX_DRAIN_SECONDS = 600;
const SECONDS_A_DAY = 86_400;
const LANDING_PAGE = ['brief', 'full'] as const;
const INTROSPECTION = ['public', 'authenticated', 'off'] as const;

const corsSection = section({
  origins: z
    .array(
      text('an origin, https://shop.example.com for example').refine(isOrigin, {
        error: 'must be scheme and host as browsers send them, https://shop.example.com for example, or *',
      }),
      { error: 'must be a list of origins' },
    )
    .default([...DEFAULT_SERVER.cors.origins]),
  maxAgeSeconds: wholeNumber(0, SECONDS_A_DAY).default(DEFAULT_SERVER.cors.maxAgeSeconds),
});

/** Every key of `server.cors`. */
export const CORS_KEYS = Object.keys(corsSection.shape);

const serverSection = section({
  host: listeningHost(DEFAULT_SERVER.host),
  port: listeningPort(DEFAULT_SERVER.port),
  graphiql: flag().default(DEFAULT_SERVER.graphiql),
  landingPage: z.enum(LANDING_PAGE, { error: 'must be brief or full' }).default(DEFAULT_SERVER.landingPage),
  introspection: z
    .enum(INTROSPECTION, { error: 'must be public, authenticated or off' })
    .default(DEFAULT_SERVER.introspection),
  requestTimeoutMs: wholeNumber(MIN_REQUEST_MS, MAX_REQUEST_MS).default(DEFAULT_SERVER.requestTimeoutMs),
  drainSeconds: wholeNumber(0, MAX_DRAIN_SECONDS).default(DEFAULT_SERVER.drainSeconds),
  cors: withDefaults(corsSection),
});

/** Every key of `server`. */
export const SERVER_KEYS = Object.keys(serverSection.shape);

/** `server`: where the gateway listens, and to whom. */
export const server = withDefaults(serverSection);

function isOrigin(value: string): boolean {
  return value === '*' || (URL.canParse(value) && new URL(value).origin === value);
}
