/** The configured destinations by ID. A Destination in hand is one that can be read. */

import type { Catalogue } from '../catalogue/catalogue.js';
import type { DestinationConfig, RedisDestinationConfig } from '../config/config.js';
import { invalidDestination } from '../errors.js';
import type { ProfileEraser } from '../profiles/eraser.js';
import type { ProfileStore } from '../profiles/store.js';
import type { DestinationMetrics } from '../telemetry/metrics/destination-metrics.js';

/** A destination that can be read: known, enabled and a Redis. */
export interface Destination extends OpenedDestination {
  readonly id: string;
}

/** What there is to work with at a destination. */
export interface OpenedDestination {
  readonly store: ProfileStore;
  /** Counts what is read; left out: nobody does. */
  readonly metrics?: DestinationMetrics | undefined;
  /** Undefined where nothing may be erased. */
  readonly eraser?: ProfileEraser | undefined;
  /** Says what may be asked for; undefined where nobody has said. */
  readonly catalogue?: Catalogue | undefined;
}

/** What anyone who may read a destination is told of it, also of one that cannot be read. */
export interface DestinationInfo {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
}

export interface DestinationRegistry {
  /** Every configured destination, in the order of the configuration. */
  readonly listed: readonly DestinationInfo[];
  /** Those that can be read. */
  readonly readable: readonly Destination[];
  /**
   * @param id what the caller sent
   * @throws INVALID_DESTINATION when it is absent, blank, unknown, disabled or not a Redis.
   */
  find(id: unknown): Destination;
}

/**
 * @param destinations as configured
 * @param open called once for each that can be read
 */
export function createDestinationRegistry(
  destinations: readonly DestinationConfig[],
  open: (destination: RedisDestinationConfig) => OpenedDestination,
): DestinationRegistry {
  const readable = new Map<string, Destination>();
  for (const destination of destinations) {
    if (destination.kind === 'redis' && destination.enabled) {
      readable.set(destination.id, { id: destination.id, ...open(destination) });
    }
  }
  return {
    listed: destinations.map(({ id, name, type, enabled }) => ({ id, name, type, enabled })),
    readable: [...readable.values()],
    find(id) {
      const destination = typeof id === 'string' ? readable.get(id) : undefined;
      if (destination === undefined) {
        throw invalidDestination();
      }
      return destination;
    },
  };
}
