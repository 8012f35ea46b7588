import type { ProfileTokensConfig } from '../../config/config.js';
import type { ProfileTokenClaims } from './claims.js';
import { type ProfileToken, signProfileToken } from './sign.js';
import type { ProfileTokenKey } from './signing-key.js';

export type { ProfileToken } from './sign.js';

/** Signs the profile tokens of a gateway. */
export interface ProfileTokenIssuer {
  /** Life of a token that asks for none. */
  readonly lifeSeconds: number;
  readonly maxLifeSeconds: number;
  /** @param claims checked ones */
  issue(claims: Omit<ProfileTokenClaims, 'tokenId'>, lifeSeconds: number): Promise<ProfileToken>;
}

/** @returns undefined where none of the keys may sign for every access token */
export function createProfileTokenIssuer(
  { audience, lifeSeconds, maxLifeSeconds }: ProfileTokensConfig,
  keys: readonly ProfileTokenKey[],
): ProfileTokenIssuer | undefined {
  const key = keys.find(({ signs, accessToken }) => signs !== undefined && accessToken === undefined);
  return (
    key && {
      lifeSeconds,
      maxLifeSeconds,
      issue: (claims, seconds) => signProfileToken(key, audience, claims, seconds),
    }
  );
}
