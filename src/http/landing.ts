/** `GET /`: what runs here and where to go on; a page for browsers, JSON for everything else. */

import { curlLine, type ExampleRequest } from './curl-line.js';
import { errorResponse, type HttpRequest, jsonResponse, type Route } from './exchange.js';
import { type ReadinessCheck, stateOf } from './health.js';
import { type DestinationState, landingPage } from './landing-page.js';

const NAME = 'activation-gateway';
const ABOUT = 'Serves RudderStack profiles from your own Redis.';

/** A destination as the configuration has it. */
export interface LandingDestination {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
}

export interface LandingOptions {
  readonly version: string;
  /** `brief`: what any stranger may know; `full`: the version and the destinations too. */
  readonly detail: 'brief' | 'full';
  readonly destinations: readonly LandingDestination[];
  /** Of the destinations that can be read. */
  readonly checks: readonly ReadinessCheck[];
  /** Where to go on. */
  readonly links: LandingLinks;
  /** What the curl line asks, and with which token. */
  readonly example: Omit<ExampleRequest, 'url'>;
}

/** Paths of this gateway; what it does not serve is left out. */
export interface LandingLinks {
  readonly graphiql?: string;
  readonly demo?: string;
  readonly rest: string;
  readonly docs?: string;
}

/** Host and port as a browser or curl sends them; anything else is not put into a line for a shell. */
const HOST = /^(?:[a-z\d.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

export function landingRoute(options: LandingOptions): Route {
  const { version, detail, destinations, checks, links, example } = options;
  return {
    path: '/',
    methods: ['GET'],
    isApi: false,
    async handle(request) {
      const states = await Promise.all(checks.map(stateOf));
      const isReady = states.every(({ status }) => status === 'ready');
      const told = {
        name: NAME,
        about: ABOUT,
        status: isReady ? 'ready' : 'not ready',
        ...(detail === 'full'
          ? { version, destinations: destinations.map((each) => withState(each, states)) }
          : {}),
      };
      const response = (request.headers.accept ?? '').includes('text/html')
        ? landingPage({
            ...told,
            isReady,
            links,
            curl: curlLine({ ...example, url: urlOf(request) }),
          })
        : jsonResponse(200, {
            ...told,
            links: {
              graphql: '/graphql',
              activation: '/v1/activation',
              health: '/healthz',
              readiness: '/readyz',
              ...links,
            },
          });
      return { ...response, headers: { ...response.headers, vary: 'accept' } };
    },
    refuse: errorResponse,
  };
}

function withState(
  destination: LandingDestination,
  states: readonly { readonly id: string; readonly status: string }[],
): DestinationState {
  const { id, name, type, enabled } = destination;
  const status = states.find((state) => state.id === id)?.status;
  return { id, name, type, status: status ?? (enabled ? 'not served' : 'disabled') };
}

/** The gateway as the one who asks has reached it. */
function urlOf({ headers }: HttpRequest): string {
  const { host = '', 'x-forwarded-proto': scheme } = headers;
  return `${scheme === 'https' ? 'https' : 'http'}://${HOST.test(host) ? host : 'localhost'}`;
}
