/** The keys of profile tokens. */

import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import type { ProfileTokenKeyConfig } from '../../config/config.js';

export interface ProfileTokenKey {
  readonly kid: string;
  readonly algorithm: 'EdDSA' | 'HS256';
  /** Undefined where the key is for verifying alone. */
  readonly signs: KeyObject | undefined;
  readonly verifies: KeyObject;
  /** The one access token that it may speak for; undefined where its tokens name theirs. */
  readonly accessToken: string | undefined;
}

/** @throws TypeError where a PEM text is no key; a configuration that was checked has none. */
export function profileTokenKey(config: ProfileTokenKeyConfig): ProfileTokenKey {
  const { kid, algorithm, accessToken } = config;
  if (algorithm === 'HS256') {
    const secret = createSecretKey(config.secret, 'utf8');
    return { kid, algorithm, signs: secret, verifies: secret, accessToken };
  }
  const { privateKey, publicKey } = config;
  if (privateKey === undefined) {
    if (publicKey === undefined) {
      throw new TypeError(`Key ${kid} has neither privateKey nor publicKey`);
    }
    return { kid, algorithm, signs: undefined, verifies: createPublicKey(publicKey), accessToken };
  }
  const signs = createPrivateKey(privateKey);
  return { kid, algorithm, signs, verifies: createPublicKey(signs), accessToken };
}
