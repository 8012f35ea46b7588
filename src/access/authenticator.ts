import { decodeJwt, errors } from 'jose';
import { LRUCache } from 'lru-cache';
import { unauthenticated } from '../errors.js';
import type { TracedSpan } from '../telemetry/tracing.js';
import { asAccessToken, hashAccessToken } from './access-token.js';
import { listedGrant, narrowed, subjectGrant } from './grant.js';
import type { IdentityProvider } from './identity-providers/identity-provider.js';
import type { KnownTokens } from './known-tokens.js';
import { authenticatedPrincipal, type Principal } from './principal.js';
import type { ProfileTokenClaims } from './profile-tokens/claims.js';
import type { ProfileTokenVerifier } from './profile-tokens/verify.js';

/** Tells who sent a request. */
export interface Authenticator {
  /**
   * At once where the token is an access token, or a signed one that was seen before.
   * @param authorization the request's `Authorization` header
   * @param span where what is asked of others belongs in the request's trace; left out: it is not traced
   * @throws UNAUTHENTICATED when it is absent, not a bearer token, unknown, expired or not good in any other way;
   *   IDENTITY_PROVIDER_UNAVAILABLE when that cannot be said.
   */
  authenticate(authorization: string | undefined, span?: TracedSpan): Principal | Promise<Principal>;
  /** Signed tokens that are remembered to be good. */
  readonly remembered: number;
}

export interface AuthenticatorOptions {
  readonly knownTokens: KnownTokens;
  /** Left out: there are no profile tokens. */
  readonly profileTokens?: ProfileTokenVerifier | undefined;
  readonly identityProviders: readonly IdentityProvider[];
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Signed tokens that are remembered, so that a signature is checked once. */
const MAX_REMEMBERED = 10_000;
/** How long a token of an identity provider is remembered: its keys and our grants may change. */
const REMEMBER_FOREIGN_MS = 60_000;

/** A signed token that was found to be good. */
interface Remembered {
  readonly principal: Principal;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Whose grant bounds it: while this access token is what it was. */
  readonly parent: Principal | undefined;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { knownTokens, profileTokens, identityProviders, now } = options;
  const signed = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });
  const providers = new Map(identityProviders.map((provider) => [provider.issuer, provider]));

  function remembered(token: string): Principal | undefined {
    const known = signed.get(token);
    if (known === undefined) {
      return undefined;
    }
    const { principal, until, parent } = known;
    if (until > now() && (parent === undefined || knownTokens.named(parent.name) === parent)) {
      return principal;
    }
    signed.delete(token);
    return undefined;
  }

  async function verify(token: string, span: TracedSpan | undefined): Promise<Principal> {
    const issuer = issuerOf(token);
    const found =
      issuer === undefined
        ? await verifyProfileToken(token)
        : await verifyForeign(token, providers.get(issuer), span);
    if (found === undefined || found.until <= now()) {
      throw unauthenticated();
    }
    signed.set(token, found);
    return found.principal;
  }

  async function verifyProfileToken(token: string): Promise<Remembered | undefined> {
    const verified = await profileTokens?.verify(token);
    if (verified === undefined) {
      return undefined;
    }
    const { claims, expiresAt } = verified;
    const parent = knownTokens.named(claims.accessToken);
    return (
      parent && {
        principal: profilePrincipal(claims, parent, expiresAt),
        until: Math.min(expiresAt, parent.expiresAt),
        parent,
      }
    );
  }

  async function verifyForeign(
    token: string,
    provider: IdentityProvider | undefined,
    span: TracedSpan | undefined,
  ): Promise<Remembered | undefined> {
    const principal = await provider?.verify(token, span);
    return (
      principal && {
        principal,
        until: Math.min(principal.expiresAt, now() + REMEMBER_FOREIGN_MS),
        parent: undefined,
      }
    );
  }

  return {
    get remembered() {
      return signed.size;
    },
    authenticate(authorization, span) {
      const token = bearerToken(authorization);
      if (token === undefined) {
        throw unauthenticated();
      }
      const isSigned = token.includes('.');
      const known =
        (isSigned ? remembered(token) : undefined) ?? knownTokens.find(hashAccessToken(asAccessToken(token)));
      if (known !== undefined) {
        return known;
      }
      if (!isSigned) {
        throw unauthenticated();
      }
      return verify(token, span);
    },
  };
}

function profilePrincipal(claims: ProfileTokenClaims, parent: Principal, expiresAt: number): Principal {
  const { destinationId, entity, ids, models, traits, tokenId } = claims;
  const subject = { destinationId, entity, ids };
  return authenticatedPrincipal({
    name: parent.name,
    grant: narrowed(narrowed(parent.grant, subjectGrant(subject)), listedGrant({ models, traits })),
    rateKey: `${parent.name}#${tokenId}`,
    rate: parent.rate,
    subject,
    mints: undefined,
    erases: false,
    expiresAt: Math.min(expiresAt, parent.expiresAt),
  });
}

/** The `iss` that a token claims to have; undefined where it has none, as profile tokens do, or is no JWT. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      return undefined;
    }
    throw error;
  }
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
}
