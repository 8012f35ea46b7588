import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { IdentityProviderConfig } from '../../config/config.js';
import type { TracedSpan } from '../../telemetry/tracing.js';
import { authenticatedPrincipal, type Principal } from '../principal.js';
import { claimGrant } from './claim-grant.js';
import { createProviderKeys, type ProviderKeysOptions } from './provider-keys.js';

const CLOCK_TOLERANCE_SECONDS = 5;

export interface IdentityProvider {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /**
   * Who a token was given to.
   * @param span where what is asked of the provider belongs in the request's trace
   * @returns undefined for a token that is not good, or whose claims open nothing
   * @throws IDENTITY_PROVIDER_UNAVAILABLE where the provider's keys are needed and cannot be had.
   */
  verify(token: string, span?: TracedSpan): Promise<Principal | undefined>;
}

export function createIdentityProvider(
  config: IdentityProviderConfig,
  options: Pick<ProviderKeysOptions, 'onFailure' | 'now'>,
): IdentityProvider {
  const { issuer, audience, jwksUri, algorithms } = config;
  const keyFinder = createProviderKeys({ issuer, jwksUri, ...options });
  const grants = config.grants.map(claimGrant);
  return {
    issuer,
    async verify(token, span) {
      try {
        const { payload } = await jwtVerify(token, keyFinder(span), {
          issuer,
          audience: [...audience],
          algorithms: [...algorithms],
          requiredClaims: ['exp'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        });
        return principalOf(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) {
          return undefined;
        }
        throw error;
      }
    },
  };

  function principalOf(payload: JWTPayload): Principal | undefined {
    for (const grant of grants) {
      const access = grant(payload);
      if (access !== undefined) {
        return authenticatedPrincipal({
          // Its subject may be an e-mail address: it is never told, and only a hash of it is counted by.
          name: issuer,
          rateKey: `${issuer}#${createHash('sha256')
            .update(payload.sub ?? '')
            .digest('base64url')}`,
          rate: undefined,
          ...access,
          mints: undefined,
          expiresAt: (payload.exp ?? 0) * 1000,
        });
      }
    }
    return undefined;
  }
}
