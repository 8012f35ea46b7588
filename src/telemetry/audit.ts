/** Who read what: one line a request, and no secret, id value or trait in it. */

import { createHmac } from 'node:crypto';
import { type Logger, lineWriter } from './logger.js';
import type { LookedUp, LookupNotes, LookupOutcome } from './lookup-notes.js';
import { usual } from './usual.js';

/** Lookups of one entity by one id type at one destination, as they were asked for. */
interface LookupGroup {
  readonly destinationId: string;
  readonly entity: string;
  readonly idType: string;
  /** Lookups, duplicates included. */
  count: number;
  /** Of them, those that found nothing. */
  missing: number;
  /** Of them, those that failed, by the code of their error. */
  failed: Record<string, number> | undefined;
  /** Keyed hashes of the ids, where there is a key. */
  ids: string[] | undefined;
}

/** Collects what one request does. */
export interface AuditTrail extends LookupNotes {
  /** Notes that people were erased, or that it was refused or went wrong. */
  erasure(note: ErasureNote): void;
  /**
   * Writes the line.
   * @param traceId undefined where the request is not traced
   * @param sampled which share of such requests gets one; undefined where all do
   */
  write(request: AuditedRequest, traceId: string | undefined, sampled: number | undefined): void;
}

interface AuditedId {
  readonly entity: string;
  readonly type: string;
  readonly value: string;
}

/** One erasure. */
export type ErasureNote = {
  readonly destinationId: string;
  /** Those that were named; left out where nobody looked at them. */
  readonly ids?: readonly AuditedId[];
  readonly dryRun?: boolean;
} & (
  | {
      readonly erasure: {
        readonly deletedKeys: number;
        readonly actualKeys: number;
        readonly profiles: readonly { readonly linked: boolean }[];
      };
    }
  /** The code of its error. */
  | { readonly failed: string }
);

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
const BEFORE_REQUEST_ID = Buffer.from('"requestId":"');

/** What the lines of all requests are made with. */
type LineParts = ReturnType<typeof createLineParts>;

/**
 * @param logger where the lines go
 * @param idKey key of the hashes that stand for ids; without one, ids are left out
 * @returns what makes the trail of one request
 */
export function createAudit(logger: Logger, idKey: string | undefined): () => AuditTrail {
  const parts = createLineParts(logger, idKey);
  return () => new LoggedAuditTrail(parts);
}

/** What needs quoting is quoted: node:http knows the methods, and we the paths and what an id of a request looks like. */
function createLineParts(logger: Logger, idKey: string | undefined) {
  return {
    idKey,
    line: lineWriter(logger, 'request'),
    /** Between the request's ID and the milliseconds that it took. */
    middle: usual((method: string, path: string, status: number) =>
      Buffer.from(`","method":"${method}","path":"${path}","status":${status},"ms":`),
    ),
    token: usual((name: string | undefined) => member('token', name && JSON.stringify(name))),
    /** Lookups of one kind, up to their count. */
    group: usual(
      (destinationId: string, entity: string, idType: string) =>
        `{"destinationId":${JSON.stringify(destinationId)},"entity":"${plain(entity)}","idType":"${plain(idType)}","count":`,
    ),
    /** All that comes after the milliseconds, of a request whose lookups are of one kind and did not fail. */
    usualEnd: usual((token: string, group: string, count: number, missing: number) =>
      Buffer.from(
        `${token},"lookups":[${group}${count}${member('missing', missing === 0 ? undefined : missing)}}]`,
      ),
    ),
  };
}

class LoggedAuditTrail implements AuditTrail {
  readonly #parts: LineParts;
  /** The lookups of a request are mostly of one kind. */
  #last: LookupGroup | undefined;
  /** By what they have in common; only where they are of several kinds. */
  #groups: Map<string, LookupGroup> | undefined;
  #overLimits: string[] | undefined;
  #erasures: object[] | undefined;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  lookup(destinationId: string, { entity, type, value }: LookedUp, outcome: LookupOutcome): void {
    const group = this.#groupOf(destinationId, entity, type);
    group.count += 1;
    if (outcome === 'missing') {
      group.missing += 1;
    } else if (outcome !== 'found') {
      group.failed ??= {};
      group.failed[outcome.code] = (group.failed[outcome.code] ?? 0) + 1;
    }
    const { idKey } = this.#parts;
    if (idKey !== undefined) {
      group.ids ??= [];
      group.ids.push(hashOf(idKey, `${entity}:${type}:${value}`));
    }
  }

  erasure({ destinationId, ids = [], dryRun, ...outcome }: ErasureNote): void {
    const { idKey } = this.#parts;
    this.#erasures ??= [];
    this.#erasures.push({
      destinationId,
      ...(ids[0] && {
        entity: plain(ids[0].entity),
        idTypes: [...new Set(ids.map(({ type }) => plain(type)))],
      }),
      count: ids.length,
      ...(dryRun && { dryRun }),
      ...('failed' in outcome
        ? { failed: outcome.failed }
        : {
            linked: outcome.erasure.profiles.filter(({ linked }) => linked).length,
            deletedKeys: outcome.erasure.deletedKeys,
            actualKeys: outcome.erasure.actualKeys,
          }),
      ids:
        idKey === undefined || ids.length === 0
          ? undefined
          : ids.map(({ entity, type, value }) => hashOf(idKey, `${entity}:${type}:${value}`)),
    });
  }

  overLimit(limit: string): void {
    this.#overLimits ??= [];
    if (!this.#overLimits.includes(limit)) {
      this.#overLimits.push(limit);
    }
  }

  write(request: AuditedRequest, traceId: string | undefined, sampled: number | undefined): void {
    const { requestId, method, path, status, ms, token } = request;
    const { line, middle: middleOf } = this.#parts;
    const middle = middleOf(method, path, status);
    const end = this.#usualEnd(token, traceId, sampled) ?? Buffer.from(this.#end(token, traceId, sampled));
    if (line.begin(BEFORE_REQUEST_ID.length + requestId.length + middle.length + end.length)) {
      line.copy(BEFORE_REQUEST_ID);
      line.ascii(requestId);
      line.copy(middle);
      line.tenths(ms);
      line.copy(end);
      line.end();
    }
  }

  #usualEnd(
    token: string | undefined,
    traceId: string | undefined,
    sampled: number | undefined,
  ): Buffer | undefined {
    const last = this.#last;
    if (
      last === undefined ||
      last.failed !== undefined ||
      last.ids !== undefined ||
      this.#groups !== undefined ||
      this.#erasures !== undefined ||
      this.#overLimits !== undefined ||
      traceId !== undefined ||
      sampled !== undefined
    ) {
      return undefined;
    }
    const { destinationId, entity, idType, count, missing } = last;
    const parts = this.#parts;
    return parts.usualEnd(parts.token(token), parts.group(destinationId, entity, idType), count, missing);
  }

  #end(token: string | undefined, traceId: string | undefined, sampled: number | undefined): string {
    return (
      this.#parts.token(token) +
      this.#lookups() +
      member('erasures', this.#erasures && JSON.stringify(this.#erasures)) +
      member('overLimits', this.#overLimits && JSON.stringify(this.#overLimits)) +
      member('sampled', sampled) +
      member('traceId', traceId && JSON.stringify(traceId))
    );
  }

  #lookups(): string {
    if (this.#groups === undefined) {
      return this.#last === undefined ? '' : `,"lookups":[${this.#textOf(this.#last)}]`;
    }
    return `,"lookups":[${Array.from(this.#groups.values(), (group) => this.#textOf(group)).join(',')}]`;
  }

  /** As JSON: what there is none of is left out. */
  #textOf({ destinationId, entity, idType, count, missing, failed, ids }: LookupGroup): string {
    return `${this.#parts.group(destinationId, entity, idType)}${count}${
      member('missing', missing === 0 ? undefined : missing) +
      member('failed', failed && JSON.stringify(failed)) +
      member('ids', ids && JSON.stringify(ids))
    }}`;
  }

  #groupOf(destinationId: string, entity: string, idType: string): LookupGroup {
    const last = this.#last;
    if (
      last !== undefined &&
      last.destinationId === destinationId &&
      last.entity === entity &&
      last.idType === idType
    ) {
      return last;
    }
    const group = { destinationId, entity, idType, count: 0, missing: 0, failed: undefined, ids: undefined };
    this.#last = last === undefined ? group : this.#amongOthers(last, group);
    return this.#last;
  }

  /** @returns the group that is like the one asked for: it, where there was none */
  #amongOthers(last: LookupGroup, asked: LookupGroup): LookupGroup {
    this.#groups ??= new Map([[keyOf(last), last]]);
    const key = keyOf(asked);
    const group = this.#groups.get(key) ?? asked;
    this.#groups.set(key, group);
    return group;
  }
}

function keyOf({ destinationId, entity, idType }: LookupGroup): string {
  return `${destinationId}:${entity}:${idType}`;
}

/** One more member of an object of JSON, where it has a value. */
function member(name: string, json: string | number | undefined): string {
  return json === undefined ? '' : `,"${name}":${json}`;
}

/** 128 bits of HMAC-SHA256, in hex. */
function hashOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

function plain(name: string): string {
  return PLAIN_NAME.test(name) ? name : '?';
}
