/** `/healthz`: the process is up. `/readyz`: it can serve. Plain enough for any probe. */

import { GatewayError } from '../errors.js';
import { errorResponse, jsonResponse, type Route } from './exchange.js';

/** Something that must answer before the gateway is ready. */
export interface ReadinessCheck {
  readonly id: string;
  /** Rejects with a GatewayError while it cannot serve. */
  check(): Promise<void>;
}

export interface Readiness {
  readonly destinations: readonly ReadinessCheck[];
  /** Resolves once the first request will be answered as fast as any other. */
  warmUp(): Promise<unknown>;
  /** Whether the gateway is about to stop: whoever asks sends its requests elsewhere from then on. */
  isStopping(): boolean;
}

/** How long an answer holds for whoever asks meanwhile: anybody may ask, and every check is a command to a Redis. */
const SHARED_MS = 200;

export function healthRoutes({ destinations, warmUp, isStopping }: Readiness): Route[] {
  const states = shared(() => Promise.all(destinations.map(stateOf)));
  return [
    {
      path: '/healthz',
      methods: ['GET'],
      isApi: false,
      handle: () => jsonResponse(200, { status: 'up' }),
      refuse: errorResponse,
    },
    {
      path: '/readyz',
      methods: ['GET'],
      isApi: false,
      async handle() {
        if (isStopping()) {
          return jsonResponse(503, { status: 'stopping' });
        }
        await warmUp();
        const found = await states();
        const ready = found.every(({ status }) => status === 'ready');
        return jsonResponse(ready ? 200 : 503, {
          status: ready ? 'ready' : 'not ready',
          destinations: found,
        });
      },
      refuse: errorResponse,
    },
  ];
}

/** Whether a destination answers: `ready`, or the code of the error. */
export async function stateOf(destination: ReadinessCheck): Promise<{ id: string; status: string }> {
  try {
    await destination.check();
    return { id: destination.id, status: 'ready' };
  } catch (error) {
    return { id: destination.id, status: error instanceof GatewayError ? error.code : 'INTERNAL' };
  }
}

/** Asks at most once in {@link SHARED_MS}, and not again while an answer is awaited. */
function shared<Found>(ask: () => Promise<Found>): () => Promise<Found> {
  let asked: Promise<Found> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      setTimeout(() => {
        asked = undefined;
      }, SHARED_MS).unref();
    });
    return asked;
  };
}
