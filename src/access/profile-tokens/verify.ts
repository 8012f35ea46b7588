import { errors, jwtVerify } from 'jose';
import { fromPayload, PROFILE_TOKEN_TYPE, type ProfileTokenClaims } from './claims.js';
import type { ProfileTokenKey } from './signing-key.js';

/** What a token says that was found to be good. */
export interface VerifiedProfileToken {
  readonly claims: ProfileTokenClaims;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Clocks of gateways and BFFs that differ by so much agree. */
const CLOCK_TOLERANCE_SECONDS = 5;

export interface ProfileTokenVerifier {
  /**
   * Checks signature, type, audience and times of a token.
   * @returns undefined for a token that is not good, whatever is wrong with it
   */
  verify(token: string): Promise<VerifiedProfileToken | undefined>;
}

/** What a good token keeps to. */
export interface ProfileTokenRules {
  /** Who it must be for. */
  readonly audience: string;
  /** Longest life, whoever signed it. */
  readonly maxLifeSeconds: number;
}

export function createProfileTokenVerifier(
  keys: readonly ProfileTokenKey[],
  rules: ProfileTokenRules,
): ProfileTokenVerifier {
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  return { verify: (token) => verifyProfileToken(token, byKid, rules) };
}

async function verifyProfileToken(
  token: string,
  keys: ReadonlyMap<string, ProfileTokenKey>,
  { audience, maxLifeSeconds }: ProfileTokenRules,
): Promise<VerifiedProfileToken | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid, alg }) => {
        const key = keys.get(kid ?? '');
        // A key is good for its own algorithm alone: a public key must not be taken for a shared secret.
        if (key === undefined || key.algorithm !== alg) {
          throw new errors.JWKSNoMatchingKey();
        }
        return key.verifies;
      },
      {
        algorithms: ['EdDSA', 'HS256'],
        typ: PROFILE_TOKEN_TYPE,
        audience,
        requiredClaims: ['exp', 'iat', 'jti', 'aud'],
        maxTokenAge: maxLifeSeconds,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      },
    );
    const claims = fromPayload(payload);
    const { exp = 0, iat = 0 } = payload;
    const key = keys.get(protectedHeader.kid ?? '');
    if (
      claims === undefined ||
      exp - iat > maxLifeSeconds ||
      (key?.accessToken !== undefined && key.accessToken !== claims.accessToken)
    ) {
      return undefined;
    }
    return { claims, expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      return undefined;
    }
    throw error;
  }
}
