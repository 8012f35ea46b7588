/** Erases people for a caller: an admin, where the destination allows it. */

import type { Principal } from './access/principal.js';
import type { Destination, DestinationRegistry } from './destinations/registry.js';
import {
  badRequest,
  eraseNotAllowed,
  GatewayError,
  mayNotErase,
  tooManyLookups,
  unauthenticated,
} from './errors.js';
import type { Erasure, ProfileEraser } from './profiles/eraser.js';
import { type ProfileIdNames, parseProfileId } from './profiles/profile-id.js';
import type { AuditTrail } from './telemetry/audit.js';

/** What a request to erase must be, in the words of JSON Schema: parsed by it here, published by it in `/openapi.json`. */
export const ERASURE_RULES = { ids: { minItems: 1, maxItems: 100 } } as const;

/** An erasure as a caller asked for it, not yet checked. */
export interface RequestedErasure {
  readonly entity: unknown;
  readonly ids: readonly { readonly type?: unknown; readonly value?: unknown }[];
  /** False when left out. */
  readonly dryRun?: unknown;
  /** True when left out. */
  readonly followLinks?: unknown;
}

/** One destination, opened to a caller who may erase there. */
export interface Erasing {
  /**
   * Deletes what is stored under the ids, and under those that their link traits name.
   * @param namesOf what the caller calls the arguments of each id, by its place
   * @throws BAD_REQUEST that says what is wrong, TOO_MANY_LOOKUPS, RATE_LIMITED, and what {@link ProfileEraser.erase} throws.
   */
  erase(requested: RequestedErasure, namesOf: (place: number) => ProfileIdNames): Promise<Erasure>;
}

/** What an erasure needs of the request that it belongs to. */
export interface ErasingRequest {
  readonly principal: Principal;
  readonly audit: AuditTrail | undefined;
  /**
   * Counts the ids as lookups.
   * @returns why the erasure is refused, where it is
   */
  admit(ids: number, dryRun: boolean): Promise<GatewayError | undefined>;
}

/**
 * @throws INVALID_DESTINATION; UNAUTHENTICATED where the destination is not open to the caller; FORBIDDEN where the caller may
 *   not erase; ERASE_NOT_ALLOWED where nobody may.
 */
export function openErasing(
  destinations: DestinationRegistry,
  destinationId: unknown,
  request: ErasingRequest,
): Erasing {
  const { principal, audit } = request;
  const destination = destinations.find(destinationId);
  if (!principal.grant.readsDestination(destination.id)) {
    throw unauthenticated();
  }
  const { eraser } = destination;
  if (!principal.erases || eraser === undefined) {
    const refusal = principal.erases ? eraseNotAllowed(destination.id) : mayNotErase();
    audit?.erasure({ destinationId: destination.id, failed: refusal.code });
    throw refusal;
  }
  return {
    erase: (requested, namesOf) => erase(destination, eraser, request, requested, namesOf),
  };
}

async function erase(
  { id: destinationId }: Destination,
  eraser: ProfileEraser,
  { audit, admit }: ErasingRequest,
  requested: RequestedErasure,
  namesOf: (place: number) => ProfileIdNames,
): Promise<Erasure> {
  const { entity } = requested;
  if (requested.ids.length === 0) {
    throw badRequest('ids must name at least one id');
  }
  if (requested.ids.length > ERASURE_RULES.ids.maxItems) {
    throw tooManyLookups(`An erasure takes at most ${ERASURE_RULES.ids.maxItems} ids`);
  }
  const ids = requested.ids.map(({ type, value }, place) =>
    parseProfileId({ entity, type, value }, namesOf(place)),
  );
  const dryRun = parseFlag(requested.dryRun, 'dryRun', false);
  const followLinks = parseFlag(requested.followLinks, 'followLinks', true);
  const refusal = await admit(ids.length, dryRun);
  try {
    if (refusal !== undefined) {
      throw refusal;
    }
    const erasure = await eraser.erase(ids, { dryRun, followLinks });
    audit?.erasure({ destinationId, ids, dryRun, erasure });
    return erasure;
  } catch (error) {
    const failed = error instanceof GatewayError ? error.code : 'INTERNAL';
    audit?.erasure({ destinationId, ids, dryRun, failed });
    throw error;
  }
}

/** Text that says false is not false: nobody is to be deleted by a slip. */
function parseFlag(value: unknown, name: string, byDefault: boolean): boolean {
  if (value !== undefined && typeof value !== 'boolean') {
    throw badRequest(`${name} must be true or false`);
  }
  return value ?? byDefault;
}
