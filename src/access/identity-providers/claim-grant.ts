/** From the claims of a token to what its bearer may read. */

import type { JWTPayload } from 'jose';
import type { ClaimGrantConfig } from '../../config/config.js';
import { everything, type Grant, listedGrant, narrowed, type Subject, subjectGrant } from '../grant.js';

/** What the claims of one token open. */
export interface ClaimedAccess {
  readonly grant: Grant;
  readonly subject: Subject | undefined;
  /** Whether profiles may be erased. */
  readonly erases: boolean;
}

/** @returns what claims open, or undefined for claims that do not fit */
export type ClaimGrant = (payload: JWTPayload) => ClaimedAccess | undefined;

export function claimGrant(config: ClaimGrantConfig): ClaimGrant {
  const required = Object.entries(config.claims);
  const access = accessOf(config);
  return (payload) =>
    required.every(([name, values]) => valuesOf(payload, name).some((value) => values.includes(value)))
      ? access(payload)
      : undefined;
}

function accessOf(config: ClaimGrantConfig): ClaimGrant {
  switch (config.role) {
    case 'admin':
      return () => ({ grant: everything, subject: undefined, erases: true });
    case 'reader': {
      const grant = listedGrant(config);
      return () => ({ grant, subject: undefined, erases: false });
    }
    case 'viewer': {
      const { destination, entity, ids, models, traits } = config;
      const seen = listedGrant({ models, traits });
      return (payload) => {
        const named = Object.entries(ids).flatMap(([type, claim]) =>
          valuesOf(payload, claim)
            .slice(0, 1)
            .map((value) => ({ type, value })),
        );
        if (named.length === 0) {
          return undefined;
        }
        const subject: Subject = { destinationId: destination, entity, ids: named };
        return { grant: narrowed(subjectGrant(subject), seen), subject, erases: false };
      };
    }
  }
}

/**
 * The values of a claim as texts. `scope` holds several, parted by spaces; a name with dots that is no claim itself leads
 * into objects: `realm_access.roles`.
 */
function valuesOf(payload: JWTPayload, name: string): readonly string[] {
  const value = Object.hasOwn(payload, name) ? payload[name] : follow(payload, name.split('.'));
  if (typeof value === 'string' && name === 'scope') {
    return value.split(' ');
  }
  return (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    (typeof item === 'string' && item !== '') || typeof item === 'number' || typeof item === 'boolean'
      ? [String(item)]
      : [],
  );
}

function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? new Map<string, unknown>(Object.entries(found)).get(key)
        : undefined,
    value,
  );
}
