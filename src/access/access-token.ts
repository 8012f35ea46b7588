/** Access tokens: how they are minted, and the hash that is all the gateway keeps of one. */

import { hash, randomBytes } from 'node:crypto';

/** Tells what a leaked string is, to people and to secret scanners. */
const PREFIX = 'agw_';
const RANDOM_BYTES = 32;

declare const clear: unique symbol;
declare const hashed: unique symbol;

/** The secret that a caller sends. Never stored, never logged. */
export type AccessToken = string & { readonly [clear]: true };

/** The SHA-256 of an access token, as 64 hex digits in lower case. */
export type AccessTokenHash = string & { readonly [hashed]: true };

/** A new token of 256 random bits: `agw_` and 43 characters of base64url. */
export function mintAccessToken(): AccessToken {
  return asAccessToken(PREFIX + randomBytes(RANDOM_BYTES).toString('base64url'));
}

/** Marks what a caller presented as a token; whether it is a valid one is for authentication to say. */
export function asAccessToken(text: string): AccessToken {
  return text as AccessToken;
}

/** A plain hash is enough for a secret of 256 random bits: there is no dictionary to try. */
export function hashAccessToken(token: AccessToken): AccessTokenHash {
  return hash('sha256', token) as AccessTokenHash;
}
