/** The access tokens that are known now. They may be replaced while requests come in. */

import { timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AccessTokenConfig } from '../config/config.js';
import type { AccessTokenHash } from './access-token.js';
import { everything, listedGrant } from './grant.js';
import { authenticatedPrincipal, type Principal } from './principal.js';

const MS_A_DAY = 86_400_000;

export interface KnownTokens {
  /** Who presented the token of this hash; undefined where it is unknown or has expired. */
  find(hash: AccessTokenHash): Principal | undefined;
  /** The access token of this name; undefined where there is none, or it has expired. */
  named(name: string): Principal | undefined;
  /** Takes others instead, at once. */
  replace(accessTokens: readonly AccessTokenConfig[]): void;
  /** Days since 1970 of each token's last use, by its name; of this process alone. */
  uses(): ReadonlyMap<string, number>;
}

interface KnownToken {
  readonly config: AccessTokenConfig;
  readonly principal: Principal;
  /** Day of the last use, since 1970. */
  lastUse: number | undefined;
}

interface Secret {
  readonly hash: Buffer;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly token: KnownToken;
}

/** @param now the clock, in milliseconds since 1970 */
export function createKnownTokens(
  accessTokens: readonly AccessTokenConfig[],
  now: () => number = Date.now,
): KnownTokens {
  let secrets = new Map<string, Secret>();
  let names = new Map<string, KnownToken>();

  function replace(tokens: readonly AccessTokenConfig[]): void {
    const known = names;
    names = new Map(tokens.map((config) => [config.name, knownToken(config, known.get(config.name))]));
    secrets = new Map(tokens.flatMap((config) => [...secretsOf(config, names.get(config.name))]));
  }

  replace(accessTokens);
  return {
    replace,
    find(hash) {
      // The look-up may leak how much of a hash matched, which tells nothing about a token; the decision itself is
      // taken in constant time.
      const secret = secrets.get(hash);
      if (secret === undefined || !timingSafeEqual(secret.hash, Buffer.from(hash, 'hex'))) {
        return undefined;
      }
      const time = now();
      if (secret.expiresAt <= time) {
        return undefined;
      }
      secret.token.lastUse = Math.floor(time / MS_A_DAY);
      return secret.token.principal;
    },
    named(name) {
      const principal = names.get(name)?.principal;
      return principal === undefined || principal.expiresAt <= now() ? undefined : principal;
    },
    uses() {
      const uses = new Map<string, number>();
      for (const [name, { lastUse }] of names) {
        if (lastUse !== undefined) {
          uses.set(name, lastUse);
        }
      }
      return uses;
    },
  };
}

/** One that has not changed stays the same, so that what was minted with it need not be checked again. */
function knownToken(config: AccessTokenConfig, before: KnownToken | undefined): KnownToken {
  return before !== undefined && isDeepStrictEqual(before.config, config)
    ? before
    : { config, principal: principalOf(config), lastUse: before?.lastUse };
}

function principalOf(config: AccessTokenConfig): Principal {
  const { name, rate, expiresAt } = config;
  return authenticatedPrincipal({
    name,
    grant: config.role === 'admin' ? everything : listedGrant(config),
    rateKey: name,
    rate,
    subject: undefined,
    mints: name,
    erases: config.role === 'admin',
    expiresAt: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
  });
}

function* secretsOf(
  { sha256, previous }: AccessTokenConfig,
  token: KnownToken | undefined,
): Generator<[string, Secret]> {
  if (token === undefined) {
    return;
  }
  const { expiresAt } = token.principal;
  yield [sha256, { hash: Buffer.from(sha256, 'hex'), expiresAt, token }];
  if (previous !== undefined) {
    const end = Math.min(expiresAt, previous.expiresAt.getTime());
    yield [previous.sha256, { hash: Buffer.from(previous.sha256, 'hex'), expiresAt: end, token }];
  }
}
