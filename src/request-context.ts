/**
 * One per HTTP request: who is asking, which destinations that opens, and the loader of this request's lookups. Both
 * faces reach a store through here and no other way, so nothing is read that was not checked.
 */

import type { Authenticator, Principal } from './access/authenticator.js';
import type { DestinationInfo, DestinationRegistry } from './destinations/registry.js';
import { type GatewayError, unauthenticated } from './errors.js';
import { ProfileLoader } from './profiles/loader.js';
import { type ProfileIdNames, parseProfileId } from './profiles/profile-id.js';
import { type ModelSelection, StoredProfile } from './profiles/stored-profile.js';

/** A lookup as a caller sent it, not yet checked. */
export interface RequestedProfile {
  readonly entity: unknown;
  readonly type: unknown;
  readonly value: unknown;
}

/** One destination, opened to the caller. */
export interface ProfileReader {
  readonly destinationId: string;
  /**
   * Reads a profile, in one batch with the others that the request asks for in the same tick.
   * @param names what the caller calls the arguments, for messages
   * @param models which models are needed; an empty list reads nothing
   * @throws BAD_REQUEST for a malformed id, TOO_MANY_LOOKUPS, and what the store reports.
   */
  read(requested: RequestedProfile, names: ProfileIdNames, models: ModelSelection): Promise<StoredProfile>;
}

export interface RequestContext {
  /** Told to the caller in `X-Request-Id`, and to the log. */
  readonly requestId: string;
  readonly principal: Principal;
  /** The destinations that the caller may read, those included that answer Invalid Destination. */
  readonly destinations: readonly DestinationInfo[];
  /** Set once the request asked for more than one may: it is then refused as a whole. */
  readonly refusal: GatewayError | undefined;
  /**
   * Opens a destination.
   * @throws INVALID_DESTINATION where there is none to read; UNAUTHENTICATED where the caller's token has no access.
   */
  open(destinationId: unknown): ProfileReader;
}

/** What every request context is made from. */
export interface RequestContextSources {
  readonly authenticator: Authenticator;
  readonly destinations: DestinationRegistry;
}

/** @throws UNAUTHENTICATED when the `Authorization` header names nobody. */
export function createRequestContext(
  { authenticator, destinations }: RequestContextSources,
  request: { readonly requestId: string; readonly authorization: string | undefined },
): RequestContext {
  const principal = authenticator.authenticate(request.authorization);
  const loader = new ProfileLoader();
  return {
    requestId: request.requestId,
    principal,
    get destinations() {
      return destinations.listed.filter(({ id }) => principal.grant.readsDestination(id));
    },
    get refusal() {
      return loader.refusal;
    },
    open(destinationId) {
      const destination = destinations.find(destinationId);
      if (!principal.grant.readsDestination(destination.id)) {
        throw unauthenticated();
      }
      return {
        destinationId: destination.id,
        async read(requested, names, models) {
          const id = parseProfileId(requested, names);
          return models.length === 0 ? StoredProfile.empty : await loader.load(destination, id, models);
        },
      };
    },
  };
}
