/** What the page is told of its visitor: never a profile, only what it shows. */

import { ask, GatewayError, type GatewaySettings } from './gateway.js';
import { VisitorDocument, type VisitorQuery } from './generated/graphql.js';

export interface Visitor {
  /** Not known is the truth about the profile; not available, about the gateway. The page is neutral either way. */
  readonly state: 'known' | 'unknown' | 'unavailable';
  readonly greeting: string;
  readonly tier: string | null;
  readonly recommended: readonly string[];
}

/** For those who are not signed in, are not known, or cannot be looked up. */
const NEUTRAL = { greeting: 'Welcome', tier: null, recommended: [] };

/**
 * @param userId undefined for one who is not signed in: nobody is asked then
 * @param onFailure is told why the gateway did not answer
 */
export async function readVisitor(
  gateway: GatewaySettings,
  destinationId: string,
  userId: string | undefined,
  onFailure: (code: string) => void,
): Promise<Visitor> {
  if (userId === undefined) {
    return { state: 'unknown', ...NEUTRAL };
  }
  try {
    const { profile } = await ask(gateway, VisitorDocument, { destinationId, userId });
    return profile?.exists ? toVisitor(profile) : { state: 'unknown', ...NEUTRAL };
  } catch (error) {
    // A page without the personal part is better than no page.
    onFailure(error instanceof GatewayError ? error.code : 'INTERNAL');
    return { state: 'unavailable', ...NEUTRAL };
  }
}

/** Traits are what was computed, of whatever type: each is looked at before it is shown. */
function toVisitor({ firstName, tier, recommended }: NonNullable<VisitorQuery['profile']>): Visitor {
  return {
    state: 'known',
    greeting: typeof firstName === 'string' ? `Welcome back, ${firstName}` : 'Welcome back',
    tier: typeof tier === 'string' ? tier : null,
    recommended: Array.isArray(recommended) ? recommended.flatMap(nameOf) : [],
  };
}

function nameOf(product: unknown): string[] {
  return typeof product === 'object' &&
    product !== null &&
    'NAME' in product &&
    typeof product.NAME === 'string'
    ? [product.NAME]
    : [];
}
