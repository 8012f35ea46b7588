/** The interop cases: what lies in Redis, a request, and the answer that is owed. */

import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { z } from 'zod';

const fixture = z.object({
  name: z.string(),
  /** Commands that put the case in place. */
  redis: z.array(z.array(z.string()).min(1)),
  /** Which token the request carries; null for none. */
  token: z.enum(['valid', 'unknown', 'other-destination']).nullable().default('valid'),
  /** Sent as it stands, with keys that are none of the API's too. */
  request: z.looseObject({
    entity: z.unknown(),
    destinationId: z.unknown().optional(),
    id: z.looseObject({ type: z.unknown(), value: z.unknown() }).optional(),
  }),
  expect: z.object({
    status: z.number(),
    /** The response's text. */
    body: z.string().optional(),
    /** The error's message; null where the wording is free. */
    error: z.string().nullish(),
    code: z.string().optional(),
  }),
});

export type ProfileFixture = z.output<typeof fixture>;

export const fixtures = z
  .object({ workspaceId: z.string(), destinationId: z.string(), cases: z.array(fixture) })
  .parse(JSON.parse(readFileSync(new URL('../fixtures/profiles.json', import.meta.url), 'utf8')));

export async function loadFixtureRedis(client: Redis, { redis }: ProfileFixture): Promise<void> {
  for (const [command = '', ...args] of redis) {
    await client.call(command, ...args);
  }
}

/** Removes white space between the tokens of a JSON text and touches nothing else: numbers keep their digits. */
export function withoutInsignificantWhitespace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g, (_, string: string | undefined) => string ?? '');
}
