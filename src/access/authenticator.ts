import { timingSafeEqual } from 'node:crypto';
import type { AccessTokenConfig } from '../config/config.js';
import { unauthenticated } from '../errors.js';
import { asAccessToken, hashAccessToken } from './access-token.js';
import { destinationsGrant, everything, type Grant } from './grant.js';

declare const authenticated: unique symbol;

/** Who is asking. Exists only after authentication. */
export interface Principal {
  /** The name of the access token, for logs. */
  readonly name: string;
  readonly grant: Grant;
  readonly [authenticated]: true;
}

/** Tells who sent a request. */
export interface Authenticator {
  /**
   * @param authorization the request's `Authorization` header
   * @throws UNAUTHENTICATED when it is absent, not a bearer token, unknown or expired.
   */
  authenticate(authorization: string | undefined): Principal;
}

/** @param accessTokens the configured tokens; @param now the clock, in milliseconds since 1970 */
export function createAuthenticator(
  accessTokens: readonly AccessTokenConfig[],
  now: () => number = Date.now,
): Authenticator {
  const known = new Map(accessTokens.map((token) => [token.sha256, knownToken(token)]));
  return {
    authenticate(authorization) {
      const presented = bearerToken(authorization);
      if (presented === undefined) {
        throw unauthenticated();
      }
      const hash = hashAccessToken(asAccessToken(presented));
      // The look-up may leak how much of a hash matched, which tells nothing about a token; the decision itself is
      // taken in constant time.
      const token = known.get(hash);
      if (
        token === undefined ||
        !timingSafeEqual(token.hash, Buffer.from(hash, 'hex')) ||
        token.expiresAt <= now()
      ) {
        throw unauthenticated();
      }
      return token.principal;
    },
  };
}

interface KnownToken {
  readonly hash: Buffer;
  /** Milliseconds since 1970; Infinity for a token that does not expire. */
  readonly expiresAt: number;
  readonly principal: Principal;
}

function knownToken({ name, sha256, expiresAt, ...token }: AccessTokenConfig): KnownToken {
  const principal: Omit<Principal, typeof authenticated> = {
    name,
    grant: token.role === 'admin' ? everything : destinationsGrant(token.destinations),
  };
  return {
    hash: Buffer.from(sha256, 'hex'),
    expiresAt: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    principal: principal as Principal,
  };
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
}
