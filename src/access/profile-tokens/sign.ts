/** Mints profile tokens: in a gateway, and offline in a BFF that holds a key. */

import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ProfileTokenKeyConfig } from '../../config/config.js';
import { DEFAULT_PROFILE_TOKENS } from '../../config/defaults.js';
import {
  LONGEST_LIFE_SECONDS,
  MAX_IDS,
  PROFILE_TOKEN_TYPE,
  type ProfileTokenClaims,
  toPayload,
} from './claims.js';
import { type ProfileTokenKey, profileTokenKey } from './signing-key.js';

/** A token and its end. */
export interface ProfileToken {
  /** A bearer token, for the `Authorization` header. Holds the ids of the person: it is for that person alone. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Whose profile a token shall open, and how much of it. */
export interface ProfileTokenRequest {
  readonly destinationId: string;
  /** `user` for example. */
  readonly entity: string;
  /** 1 to 20 ids of the same person. */
  readonly ids: readonly { readonly type: string; readonly value: string }[];
  /** Patterns of models; all that the access token may see when left out. */
  readonly models?: readonly string[] | undefined;
  /** Patterns of `model.trait`; all that the access token may see when left out. */
  readonly traits?: readonly string[] | undefined;
  /** 1 to 86,400; 600 by default. */
  readonly lifeSeconds?: number | undefined;
}

export interface ProfileTokenSignerOptions {
  /** A key that the gateway has under `profileTokens.keys`, too: for EdDSA its `publicKey` there, the private one here. */
  readonly key: ProfileTokenKeyConfig;
  /** The name of the access token that bounds what the minted tokens may read; the key's own when left out. */
  readonly accessToken?: string | undefined;
  /** The gateway's `profileTokens.audience`; `activation-gateway` by default. */
  readonly audience?: string | undefined;
}

export interface ProfileTokenSigner {
  /** @throws RangeError where the request is out of bounds: the gateway would refuse the token. */
  sign(request: ProfileTokenRequest): Promise<ProfileToken>;
}

/**
 * Signs profile tokens without asking a gateway.
 * @throws TypeError where the key cannot sign, or no access token is named.
 */
export function createProfileTokenSigner(options: ProfileTokenSignerOptions): ProfileTokenSigner {
  const { audience = DEFAULT_PROFILE_TOKENS.audience } = options;
  const key = profileTokenKey(options.key);
  const accessToken = options.accessToken ?? key.accessToken;
  if (accessToken === undefined) {
    throw new TypeError('Name the access token that the profile tokens are minted for: accessToken');
  }
  return {
    async sign({ lifeSeconds = DEFAULT_PROFILE_TOKENS.lifeSeconds, ...request }) {
      if (request.ids.length < 1 || request.ids.length > MAX_IDS) {
        throw new RangeError(`A profile token is for 1 to ${MAX_IDS} ids of one person`);
      }
      if (!(lifeSeconds >= 1 && lifeSeconds <= LONGEST_LIFE_SECONDS)) {
        throw new RangeError(`A profile token lives for 1 to ${LONGEST_LIFE_SECONDS} seconds`);
      }
      return signProfileToken(key, audience, { accessToken, ...request }, lifeSeconds);
    },
  };
}

/**
 * @param claims checked ones: the signer of a gateway has asked whether its caller may
 * @throws TypeError where the key is for verifying alone.
 */
export async function signProfileToken(
  key: ProfileTokenKey,
  audience: string,
  claims: Omit<ProfileTokenClaims, 'tokenId'>,
  lifeSeconds: number,
): Promise<ProfileToken> {
  if (key.signs === undefined) {
    throw new TypeError(`Key ${key.kid} is for verifying alone: it has a public key only`);
  }
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + lifeSeconds;
  const token = await new SignJWT(toPayload(claims))
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: PROFILE_TOKEN_TYPE })
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(randomUUID())
    .sign(key.signs);
  return { token, expiresAt: new Date(expiresAt * 1000) };
}
