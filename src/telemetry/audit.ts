/** Who read what: one line a request, and no secret, id value or trait in it. */

import { createHmac } from 'node:crypto';
import type { Logger } from './logger.js';

/** What a request asked for at one destination, of one entity by one id type. */
interface LookupGroup {
  readonly destinationId: string;
  readonly entity: string;
  readonly idType: string;
  /** Lookups, duplicates included. */
  count: number;
  /** Of them, those that found nothing. */
  missing: number;
  /** Of them, those that failed, by the code of their error. */
  failed: Record<string, number>;
  /** Keyed hashes of the ids; empty without a key. */
  readonly ids: string[];
}

/** What came of one lookup: a profile, nothing stored, or the code of an error. */
export type LookupOutcome = 'found' | 'missing' | { readonly code: string };

/** Collects what one request does. */
export interface AuditTrail {
  /** Notes a lookup and how it came out. */
  lookup(
    destinationId: string,
    id: { readonly entity: string; readonly type: string; readonly value: string },
    outcome: LookupOutcome,
  ): void;
  /** Notes that the request went past a limit that is only measured. */
  overLimit(limit: string): void;
  /** Writes the line. */
  write(request: AuditedRequest): void;
}

/** What HTTP knows of a request once it is answered. */
export interface AuditedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From the last byte of its headers to its answer, in milliseconds. */
  readonly ms: number;
  /** The name of the token; undefined where the caller is not known. */
  readonly token: string | undefined;
}

/** Names of entities and id types look like this; anything else may be an id that was put in the wrong place. */
const PLAIN_NAME = /^[\w.-]{1,64}$/;

/**
 * @param logger where the line goes
 * @param idKey key of the hashes that stand for ids; without one, ids are left out
 */
export function createAuditTrail(logger: Logger, idKey: string | undefined): AuditTrail {
  const groups = new Map<string, LookupGroup>();
  const overLimits: string[] = [];
  /** The lookups of a request are mostly of one kind. */
  let last: LookupGroup | undefined;

  function groupOf(destinationId: string, entity: string, idType: string): LookupGroup {
    if (last?.destinationId === destinationId && last.entity === entity && last.idType === idType) {
      return last;
    }
    const key = `${destinationId}:${entity}:${idType}`;
    last = groups.get(key) ?? { destinationId, entity, idType, count: 0, missing: 0, failed: {}, ids: [] };
    groups.set(key, last);
    return last;
  }

  return {
    lookup(destinationId, { entity, type, value }, outcome) {
      const group = groupOf(destinationId, entity, type);
      group.count += 1;
      if (outcome === 'missing') {
        group.missing += 1;
      } else if (outcome !== 'found') {
        group.failed[outcome.code] = (group.failed[outcome.code] ?? 0) + 1;
      }
      if (idKey !== undefined) {
        group.ids.push(hashOf(idKey, `${entity}:${type}:${value}`));
      }
    },
    overLimit(limit) {
      if (!overLimits.includes(limit)) {
        overLimits.push(limit);
      }
    },
    write(request) {
      logger.info(
        {
          ...request,
          ...(groups.size === 0 ? {} : { lookups: Array.from(groups.values(), line) }),
          ...(overLimits.length === 0 ? {} : { overLimits }),
        },
        'request',
      );
    },
  };
}

/** 128 bits of HMAC-SHA256, in hex. */
function hashOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

function plain(name: string): string {
  return PLAIN_NAME.test(name) ? name : '?';
}

function line({ destinationId, entity, idType, count, missing, failed, ids }: LookupGroup): object {
  return {
    destinationId,
    entity: plain(entity),
    idType: plain(idType),
    count,
    ...(missing === 0 ? {} : { missing }),
    ...(Object.keys(failed).length === 0 ? {} : { failed }),
    ...(ids.length === 0 ? {} : { ids }),
  };
}
