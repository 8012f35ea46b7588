/**
 * Which pages may ask. Tokens are never sent by a browser of itself, so a foreign page has nothing to abuse; it is refused
 * all the same, before anything is read (CSRF), and told so by CORS.
 */

import { originRefused } from '../errors.js';
import type { HttpRequest, HttpResponse, Route } from './exchange.js';

export interface CrossOriginSettings {
  /** Origins as browsers send them, or `*`. */
  readonly origins: readonly string[];
  /** How long a browser may remember a preflight, in seconds. */
  readonly maxAgeSeconds: number;
}

export interface CrossOrigin {
  /** @throws FORBIDDEN where a browser says that a page of another origin asks, which is not configured. */
  admit(request: HttpRequest): void;
  /** The answer to a browser that asks before it sends a request; undefined for any other request. */
  preflight(request: HttpRequest, route: Route): HttpResponse | undefined;
  /** What lets the page read the response. */
  headers(request: HttpRequest): Readonly<Record<string, string>>;
}

/** Request headers that a page may set. */
const ALLOWED_HEADERS = 'authorization, content-type, x-request-id, x-request-timeout-ms';
/** Response headers that a page may read. */
const EXPOSED_HEADERS = 'ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id';

export function createCrossOrigin({ origins, maxAgeSeconds }: CrossOriginSettings): CrossOrigin {
  const isEveryone = origins.includes('*');
  const allowed = new Set(origins);
  const isAllowed = (origin: string) => isEveryone || allowed.has(origin);
  // What is said of one origin must not be taken by a cache for another.
  const vary = origins.length === 0 ? {} : { vary: 'origin' };

  function headers({ headers: { origin } }: HttpRequest): Record<string, string> {
    if (origin === undefined || !isAllowed(origin)) {
      return vary;
    }
    return {
      ...vary,
      'access-control-allow-origin': isEveryone ? '*' : origin,
      'access-control-expose-headers': EXPOSED_HEADERS,
    };
  }

  return {
    headers,
    admit(request) {
      const { origin } = request.headers;
      if (isFromElsewhere(request) && !isAllowed(origin ?? '')) {
        throw originRefused();
      }
    },
    preflight(request, { methods }) {
      const { origin, 'access-control-request-method': method } = request.headers;
      if (request.method !== 'OPTIONS' || origin === undefined || method === undefined) {
        return undefined;
      }
      if (!isAllowed(origin)) {
        throw originRefused();
      }
      return {
        status: 204,
        headers: {
          'access-control-allow-methods': methods.join(', '),
          'access-control-allow-headers': ALLOWED_HEADERS,
          'access-control-max-age': String(maxAgeSeconds),
        },
        body: '',
      };
    },
  };
}

/** Whether a page of another origin asks, by what its browser says. Clients that are no browsers say nothing. */
function isFromElsewhere({ method, headers }: HttpRequest): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (site !== undefined) {
    // Someone follows a link: what comes is a page, or a refusal, because no link carries a token.
    const isNavigation = mode === 'navigate' && (method === 'GET' || method === 'HEAD');
    return site !== 'same-origin' && site !== 'none' && !isNavigation;
  }
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}
