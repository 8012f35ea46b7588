import { z } from 'zod';
import { ACCESS_TOKEN_KEYS, accessToken } from './access-token-schema.js';
import type { Config } from './config.js';
import { DESTINATION_KEYS, destination } from './destination-schema.js';
import { LAYOUT_KEYS } from './layout-schema.js';
import { REDIS_KEYS, SENTINEL_KEYS } from './redis-settings-schema.js';
import { flag, text, wholeNumber } from './scalar.js';
import { section } from './section.js';

const MAX_PORT = 65_535;

const server = section({
  host: text('the address to listen on').min(1, { error: 'must not be empty' }).default('0.0.0.0'),
  port: wholeNumber(0, MAX_PORT).default(4000),
  graphiql: flag().default(true),
});

const DESTINATIONS = 'a list with at least one destination';

// A section whose keys are all commented out is null to YAML, and counts as left out.
const file = section({
  destinations: z
    .array(destination, {
      error: ({ input }) =>
        `${input === undefined || input === null ? 'is required:' : 'must be'} ${DESTINATIONS}`,
    })
    .min(1, { error: `must be ${DESTINATIONS}` }),
  accessTokens: z.array(accessToken, { error: 'must be a list of access tokens' }).nullish(),
  server: z.preprocess((input) => input ?? {}, server).default(server.parse({})),
});

/** `gateway.yaml` as plain data → Config. The rules between entries are in across-entries.ts. */
export const configSchema = file.transform(
  ({ destinations, accessTokens, server: { host, port, graphiql } }): Config => ({
    destinations,
    accessTokens: accessTokens ?? [],
    server: { host, port, graphiql },
  }),
);

/** The keys of each section, by the path of the section. */
export const SECTION_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(file.shape),
  'destinations[]': DESTINATION_KEYS,
  'destinations[].config': REDIS_KEYS,
  'destinations[].config.sentinel': SENTINEL_KEYS,
  'destinations[].layout': LAYOUT_KEYS,
  'accessTokens[]': ACCESS_TOKEN_KEYS,
  server: Object.keys(server.shape),
};
