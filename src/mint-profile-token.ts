/** Mints a profile token for a caller: never more than the caller may read itself. */

import type { Principal } from './access/principal.js';
import { MAX_IDS } from './access/profile-tokens/claims.js';
import type { ProfileToken, ProfileTokenIssuer } from './access/profile-tokens/issue.js';
import type { DestinationRegistry } from './destinations/registry.js';
import { badRequest, forbidden, mayNotMint, profileTokensDisabled, unauthenticated } from './errors.js';
import { parseProfileId } from './profiles/profile-id.js';

/** A token as a caller asked for it, not yet checked. */
export interface RequestedProfileToken {
  readonly destinationId: unknown;
  readonly entity: unknown;
  readonly ids: unknown;
  readonly models: unknown;
  readonly traits: unknown;
  readonly lifeSeconds: unknown;
}

/** A list of patterns that narrow a token, in the words of JSON Schema. */
interface PatternsRule {
  readonly minItems: 1;
  readonly maxItems: number;
  readonly items: {
    readonly type: 'string';
    /** In characters. */
    readonly maxLength: number;
    readonly pattern: string;
  };
}

const MAX_PATTERN_CHARACTERS = 256;

/** What a request for a token must be, in the words of JSON Schema: parsed by it here, published by it in `/openapi.json`. */
export const PROFILE_TOKEN_RULES = {
  ids: { minItems: 1, maxItems: MAX_IDS },
  /** A name with `*`, or `!` and one. */
  models: {
    minItems: 1,
    maxItems: 100,
    items: { type: 'string', maxLength: MAX_PATTERN_CHARACTERS, pattern: '^(?:[^!]|![\\s\\S])' },
  },
  /** A model, a dot and a trait. */
  traits: {
    minItems: 1,
    maxItems: 100,
    items: { type: 'string', maxLength: MAX_PATTERN_CHARACTERS, pattern: '^!?[\\s\\S]+\\.[\\s\\S]+$' },
  },
} as const satisfies { ids: object; models: PatternsRule; traits: PatternsRule };

/**
 * @throws FORBIDDEN where the caller may not mint, or not for this id; PROFILE_TOKENS_DISABLED; INVALID_DESTINATION;
 *   UNAUTHENTICATED where the destination is not open to the caller; BAD_REQUEST that says what is wrong.
 */
export async function mintProfileToken(
  principal: Principal,
  issuer: ProfileTokenIssuer | undefined,
  destinations: DestinationRegistry,
  requested: RequestedProfileToken,
): Promise<ProfileToken> {
  const { grant, mints } = principal;
  if (mints === undefined) {
    throw mayNotMint();
  }
  if (issuer === undefined) {
    throw profileTokensDisabled();
  }
  const { id: destinationId, catalogue } = destinations.find(requested.destinationId);
  if (!grant.readsDestination(destinationId)) {
    throw unauthenticated();
  }
  const ids = parseList(requested.ids, 'ids', PROFILE_TOKEN_RULES.ids.maxItems).map((id, index) => {
    const names = { entity: 'entity', type: `ids[${index}].type`, value: `ids[${index}].value` };
    const { type, value } = parseMapping(id, `ids[${index}]`);
    const parsed = parseProfileId({ entity: requested.entity, type, value }, names);
    const part = grant.forbids(parsed);
    if (part !== undefined) {
      throw forbidden(names[part]);
    }
    const problem = catalogue?.problemWith(parsed, names, grant.opens);
    if (problem !== undefined) {
      throw badRequest(problem);
    }
    return parsed;
  });
  const [first] = ids;
  if (first === undefined) {
    throw badRequest('ids must name at least one id');
  }
  const lifeSeconds = parseLife(requested.lifeSeconds, issuer);
  return issuer.issue(
    {
      accessToken: mints,
      destinationId,
      entity: first.entity,
      ids: ids.map(({ type, value }) => ({ type, value })),
      models: parsePatterns(requested.models, 'models', PROFILE_TOKEN_RULES.models),
      traits: parsePatterns(requested.traits, 'traits', PROFILE_TOKEN_RULES.traits),
    },
    // A token that outlives the one it was minted with would be refused then.
    Math.min(lifeSeconds, Math.floor((principal.expiresAt - Date.now()) / 1000)),
  );
}

function parseLife(value: unknown, { lifeSeconds, maxLifeSeconds }: ProfileTokenIssuer): number {
  const seconds = value ?? lifeSeconds;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > maxLifeSeconds) {
    throw badRequest(`expiresInSeconds must be a whole number from 1 to ${maxLifeSeconds}`);
  }
  return seconds;
}

function parsePatterns(
  value: unknown,
  name: string,
  { maxItems, items: { maxLength, pattern } }: PatternsRule,
): readonly string[] | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  const allowed = new RegExp(pattern, 'u');
  return parseList(value, name, maxItems).map((item) => {
    if (typeof item !== 'string' || [...item].length > maxLength || !allowed.test(item)) {
      throw badRequest(
        `${name} must be a list of patterns of at most ${maxLength} characters, as in the configuration of a grant`,
      );
    }
    return item;
  });
}

function parseList(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > max) {
    throw badRequest(`${name} must be a list of 1 to ${max} entries`);
  }
  return value;
}

function parseMapping(value: unknown, name: string): { readonly type?: unknown; readonly value?: unknown } {
  if (typeof value !== 'object' || value === null) {
    throw badRequest(`${name} must be an object with type and value`);
  }
  return value;
}
