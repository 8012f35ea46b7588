import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { identityProviderUnavailable } from '../../errors.js';
import type { TracedSpan } from '../../telemetry/tracing.js';

const FETCH_TIMEOUT_MS = 3_000;
/** Keys older than this are fetched anew beside the requests, which go on with those at hand. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** Keys older than this are used no more: a provider that is away for so long may have withdrawn them. */
const UNUSABLE_AFTER_MS = 24 * 60 * 60_000;
/** Between fetches for keys that are not known, so that made-up tokens do not become load on the provider. */
const PAUSE_AFTER_SUCCESS_MS = 30_000;
const PAUSE_AFTER_FAILURE_MS = 2_000;

export interface ProviderKeysOptions {
  readonly issuer: string;
  readonly jwksUri: string;
  /** Told of every fetch that failed, with its reason: no keys and no tokens are in it. */
  readonly onFailure: (reason: string) => void;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The public keys of an identity provider: fetched when first needed, kept, fetched anew when they get old and when a token
 * names one that is not known.
 * @returns for the span of a request, what finds the key of a token; it rejects with IDENTITY_PROVIDER_UNAVAILABLE where it cannot be said whether there is
 *   one, and with jose's JWKSNoMatchingKey where there is none
 */
export function createProviderKeys({
  issuer,
  jwksUri,
  onFailure,
  now,
}: ProviderKeysOptions): (span: TracedSpan | undefined) => JWTVerifyGetKey {
  /** Of the fetch that is about to begin. */
  let traceHeaders: Readonly<Record<string, string>> = {};
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    // When to fetch is decided here.
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: (url, options) =>
      fetch(url, { ...options, headers: { ...Object.fromEntries(options.headers), ...traceHeaders } }),
  });
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetchedAt = Number.NEGATIVE_INFINITY;

  async function fetchKeys(span: TracedSpan | undefined): Promise<boolean> {
    triedAt = now();
    const call = span?.call('GET', { 'http.request.method': 'GET', 'url.full': jwksUri });
    traceHeaders = call?.outgoingHeaders() ?? {};
    try {
      await remote.reload();
      fetchedAt = now();
      call?.end();
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      call?.end(reason);
      onFailure(reason);
      return false;
    }
  }

  /** Whether the keys are as new as they can be now. */
  async function fetchUnlessJustTried(span: TracedSpan | undefined): Promise<boolean> {
    const failed = fetchedAt < triedAt;
    const pauseMs = failed ? PAUSE_AFTER_FAILURE_MS : PAUSE_AFTER_SUCCESS_MS;
    return now() - triedAt < pauseMs && !remote.reloading ? !failed : fetchKeys(span);
  }

  const keyFinder =
    (span: TracedSpan | undefined): JWTVerifyGetKey =>
    async (header, token) => {
      const age = now() - fetchedAt;
      if (age > UNUSABLE_AFTER_MS) {
        if (!(await fetchUnlessJustTried(span))) {
          throw identityProviderUnavailable(issuer);
        }
      } else if (age > REFRESH_AFTER_MS) {
        void fetchUnlessJustTried(span);
      }
      try {
        return await remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) {
          throw error;
        }
        if (!(await fetchUnlessJustTried(span))) {
          throw identityProviderUnavailable(issuer);
        }
        return remote(header, token);
      }
    };
  return keyFinder;
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JOSEError) {
    return error.code;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreachable';
}
