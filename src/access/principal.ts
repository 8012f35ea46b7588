import type { Grant, Subject } from './grant.js';

declare const authenticated: unique symbol;

/** Who is asking. Exists only after authentication. */
export interface Principal {
  /** What the logs and the audit call it: the name of an access token, also for what was minted with it. */
  readonly name: string;
  readonly grant: Grant;
  /** Whose budget its lookups are taken from. */
  readonly rateKey: string;
  /** The rate of its own; what `limits.rate` says when undefined. */
  readonly rate: Rate | undefined;
  /** Whose profile it is for; undefined for all but profile tokens and viewers. */
  readonly subject: Subject | undefined;
  /** The access token that it may mint profile tokens for; undefined where it may not. */
  readonly mints: string | undefined;
  /** Whether it may erase profiles: an admin, and nothing that an admin has minted. */
  readonly erases: boolean;
  /** When it ends, in milliseconds since 1970; Infinity where it does not. */
  readonly expiresAt: number;
  readonly [authenticated]: true;
}

/** So many lookups in so many seconds. */
export interface Rate {
  readonly lookups: number;
  readonly seconds: number;
}

/** To be called by authentication alone. */
export function authenticatedPrincipal(principal: Omit<Principal, typeof authenticated>): Principal {
  return principal as Principal;
}
