/** What a profile token says: RFC 7519's registered claims, and ours. */

import type { Subject } from '../grant.js';

/** The `typ` of every profile token's header, so that no other JWT of the same key passes for one. */
export const PROFILE_TOKEN_TYPE = 'profile+jwt';

/** Ids of one person in one token. */
export const MAX_IDS = 20;
/** Patterns that narrow a token. */
const MAX_PATTERNS = 100;
/** Longest life that any gateway takes, whoever signed. */
export const LONGEST_LIFE_SECONDS = 86_400;

/** What a token opens: one subject's profile, of it these models and traits, and no more than its access token does. */
export interface ProfileTokenClaims extends Subject {
  /** The name of the access token that it was minted with. */
  readonly accessToken: string;
  /** Unique. */
  readonly tokenId: string;
  /** Patterns, as in a grant. */
  readonly models?: readonly string[] | undefined;
  readonly traits?: readonly string[] | undefined;
}

/** The claims as they lie in a token. */
export function toPayload({
  accessToken,
  destinationId,
  entity,
  ids,
  models,
  traits,
}: Omit<ProfileTokenClaims, 'tokenId'>) {
  return {
    azp: accessToken,
    dest: destinationId,
    entity,
    ids: ids.map(({ type, value }) => [type, value]),
    ...(models === undefined ? {} : { models }),
    ...(traits === undefined ? {} : { traits }),
  };
}

/** The claims of a token whose signature holds; undefined where it does not say what a profile token says. */
export function fromPayload(payload: Readonly<Record<string, unknown>>): ProfileTokenClaims | undefined {
  const { azp, jti, dest, entity, ids, models, traits } = payload;
  if (
    typeof azp !== 'string' ||
    typeof jti !== 'string' ||
    typeof dest !== 'string' ||
    typeof entity !== 'string' ||
    !isListOf(ids, isId, MAX_IDS) ||
    ids.length === 0 ||
    !isPatterns(models) ||
    !isPatterns(traits)
  ) {
    return undefined;
  }
  return {
    accessToken: azp,
    tokenId: jti,
    destinationId: dest,
    entity,
    ids: ids.map(([type, value]) => ({ type, value })),
    models,
    traits,
  };
}

/** An empty list would show everything in the reading of a grant; a token that means nothing says nothing. */
function isPatterns(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (isListOf(value, isText, MAX_PATTERNS) && value.length > 0);
}

function isListOf<Item>(
  value: unknown,
  isItem: (item: unknown) => item is Item,
  max: number,
): value is readonly Item[] {
  return Array.isArray(value) && value.length <= max && value.every(isItem);
}

function isId(value: unknown): value is readonly [type: string, value: string] {
  return Array.isArray(value) && value.length === 2 && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
