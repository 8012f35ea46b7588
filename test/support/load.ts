/** A steady load of lookups whose right answers are known, and a count of what came back. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DESTINATION_ID } from './gateway.js';

const LOOKUPS_PER_REQUEST = 50;
const STALL_RESOLUTION_MS = 5;
const QUERY = `query ($d: ID!, $ids: [ProfileIdInput!]!) {
  profiles(entity: "user", destinationId: $d, ids: $ids) { id { value } exists trait(name: "ID", model: "user_360") models }
}`;

export interface LoadTarget {
  readonly url: string;
  readonly token: string;
  /** Ids (`user_id`) that are stored, each with its own value as the trait `ID` of `user_360`. */
  readonly ids: readonly string[];
}

export interface LoadCounts {
  lookups: number;
  found: number;
  /** Lookups that failed, by code. */
  readonly failed: Map<string, number>;
  /** Answers that say "not stored". */
  missing: number;
  /** Answers with another id's profile, or a part of one. */
  wrong: number;
  /** Requests that were not answered at all. */
  unanswered: number;
  /** The slowest request with a failed lookup, in milliseconds. */
  slowestFailureMs: number;
  /** The longest that this process was held up itself, in milliseconds: what it measures includes that. */
  ownStallMs: number;
  /** When the last lookup failed, by performance.now(). */
  lastFailureAt: number;
}

export interface Load {
  readonly counts: LoadCounts;
  /** Resolves once no request is under way. */
  stop(): Promise<LoadCounts>;
}

interface Answer {
  readonly data?: { readonly profiles: readonly (AnsweredProfile | null)[] | null } | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

interface AnsweredProfile {
  readonly id: { readonly value: string };
  readonly exists: boolean;
  readonly trait: string | null;
  readonly models: readonly string[];
}

/** @param clients requests under way at once */
export function startLoad(target: LoadTarget, clients = 4): Load {
  const counts: LoadCounts = {
    lookups: 0,
    found: 0,
    failed: new Map(),
    missing: 0,
    wrong: 0,
    unanswered: 0,
    slowestFailureMs: 0,
    ownStallMs: 0,
    lastFailureAt: 0,
  };
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  stalls.enable();
  let running = true;
  let next = 0;
  const client = async () => {
    while (running) {
      const ids = Array.from(
        { length: LOOKUPS_PER_REQUEST },
        (_, i) => target.ids[(next + i * 7) % target.ids.length] ?? '',
      );
      next += LOOKUPS_PER_REQUEST;
      await ask(target, ids, counts);
      // Room for the gateway and the servers on a small machine.
      await sleep(2);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    counts,
    async stop() {
      running = false;
      await all;
      stalls.disable();
      counts.ownStallMs = Math.max(0, stalls.max / 1e6 - STALL_RESOLUTION_MS);
      return counts;
    },
  };
}

async function ask({ url, token }: LoadTarget, ids: readonly string[], counts: LoadCounts): Promise<void> {
  const start = performance.now();
  counts.lookups += ids.length;
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: QUERY,
        variables: { d: DESTINATION_ID, ids: ids.map((value) => ({ type: 'user_id', value })) },
      }),
    });
    const answer: Answer = JSON.parse(await response.text());
    count(answer, ids, counts);
  } catch {
    counts.unanswered += 1;
    return;
  }
  const ms = performance.now() - start;
  if (counts.lastFailureAt >= start) {
    counts.slowestFailureMs = Math.max(counts.slowestFailureMs, ms);
  }
}

function count({ data, errors = [] }: Answer, ids: readonly string[], counts: LoadCounts): void {
  for (const { extensions } of errors) {
    counts.failed.set(extensions.code, (counts.failed.get(extensions.code) ?? 0) + 1);
  }
  let failed = 0;
  for (const [i, id] of ids.entries()) {
    const profile = data?.profiles?.[i] ?? null;
    if (profile === null) {
      failed += 1;
    } else if (!profile.exists) {
      counts.missing += 1;
    } else if (profile.id.value === id && profile.trait === id && profile.models.length === 2) {
      counts.found += 1;
    } else {
      counts.wrong += 1;
    }
  }
  // Every null has an error of its own, and no error comes without one.
  if (failed !== errors.length) {
    counts.wrong += 1;
  }
  if (failed > 0) {
    counts.lastFailureAt = performance.now();
  }
}
