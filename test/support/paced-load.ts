/** A load at a fixed rate, whose every answer is compared with what it must be. */

import { setTimeout as sleep } from 'node:timers/promises';
import { LeanClient, leanMessage } from './lean-client.js';

const TICK_MS = 5;
const CLIENTS = 48;
/** A request that waits for a client for longer than this, in milliseconds, is delayed. */
export const DELAYED_MS = 1_000;

/** A request, and the only right answer to it. */
export interface Question {
  readonly path: string;
  readonly body: unknown;
  readonly answer: Buffer;
}

/** An answer that was not the right one. */
export interface Failure {
  /** By performance.now(). */
  readonly at: number;
  /** The code of an error; `CONNECTION` where no answer came; `WRONG` where the answer is neither right nor an error. */
  readonly kind: string;
  readonly detail: string;
}

export interface PacedCounts {
  requests: number;
  right: number;
  /** When requests were due that were sent more than a second later, because all clients were waiting; by performance.now(). */
  readonly delayed: number[];
  readonly failures: Failure[];
  /** Median of the answers of each second, in milliseconds from when they were due, from the start. */
  readonly medians: number[];
}

export interface PacedLoad {
  readonly counts: PacedCounts;
  /** Sends this token from now on. */
  useToken(token: string): void;
  /** Once all that was due is answered. */
  stop(): Promise<PacedCounts>;
}

export interface PacedTarget {
  readonly port: number;
  readonly token: string;
  readonly questions: readonly Question[];
}

/** @returns requests a second that some clients get answered when they do not pause */
export async function mostRequests(target: PacedTarget, seconds: number): Promise<number> {
  const load = startPacedLoad(target, Number.POSITIVE_INFINITY);
  const startedAt = performance.now();
  await sleep(seconds * 1_000);
  const { requests } = await load.stop();
  return (requests * 1_000) / (performance.now() - startedAt);
}

/**
 * What is due while all clients wait is sent as soon as one is free, so that a pause is caught up with and tells in the times.
 * @param rate requests a second; infinite: as many as are answered
 */
export function startPacedLoad({ port, token, questions }: PacedTarget, rate: number): PacedLoad {
  const counts: PacedCounts = { requests: 0, right: 0, delayed: [], failures: [], medians: [] };
  const startedAt = performance.now();
  const free = Array.from(
    { length: rate === Number.POSITIVE_INFINITY ? CLIENTS / 3 : CLIENTS },
    () => new LeanClient(port),
  );
  const all = [...free];
  let messages = questions.map(({ path, body }) => leanMessage(path, token, body));
  let second: number[] = [];
  /** When those were due that wait for a client, the first first. */
  const waiting: number[] = [];
  let due = 0;
  let isRunning = true;

  async function ask(client: LeanClient, dueAt: number): Promise<void> {
    const which = counts.requests % questions.length;
    counts.requests += 1;
    if (performance.now() - dueAt > DELAYED_MS) {
      counts.delayed.push(dueAt);
    }
    try {
      const { body } = await client.ask(messages[which] ?? Buffer.alloc(0));
      second.push(performance.now() - dueAt);
      if (questions[which]?.answer.equals(body)) {
        counts.right += 1;
      } else {
        counts.failures.push({ at: performance.now(), ...failureOf(body, questions[which]) });
      }
    } catch (error) {
      counts.failures.push({ at: performance.now(), kind: 'CONNECTION', detail: String(error) });
      // Whoever cannot connect at all does not try a thousand times a second.
      await sleep(TICK_MS);
    }
    const next = isRunning && rate === Number.POSITIVE_INFINITY ? performance.now() : waiting.shift();
    if (next === undefined) {
      free.push(client);
    } else {
      void ask(client, next);
    }
  }

  function send(dueAt: number): void {
    const client = free.pop();
    if (client === undefined) {
      waiting.push(dueAt);
    } else {
      void ask(client, dueAt);
    }
  }

  let last = startedAt;
  const pace = setInterval(() => {
    const now = performance.now();
    due += rate === Number.POSITIVE_INFINITY ? 0 : ((now - last) * rate) / 1_000;
    last = now;
    for (; due >= 1; due -= 1) {
      send(now - ((due - 1) * 1_000) / rate);
    }
    if (now - startedAt > (counts.medians.length + 1) * 1_000) {
      second.sort((one, other) => one - other);
      counts.medians.push(second[Math.floor(second.length / 2)] ?? Number.NaN);
      second = [];
    }
  }, TICK_MS);
  if (rate === Number.POSITIVE_INFINITY) {
    for (const _ of all) {
      send(startedAt);
    }
  }

  return {
    counts,
    useToken(next) {
      messages = questions.map(({ path, body }) => leanMessage(path, next, body));
    },
    async stop() {
      isRunning = false;
      clearInterval(pace);
      while (free.length < all.length) {
        await sleep(TICK_MS);
      }
      for (const client of all) {
        client.close();
      }
      return counts;
    },
  };
}

interface AnsweredBody {
  readonly data?: Readonly<Record<string, readonly unknown[] | null>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Errors may stand beside data; what data there is must be the right one, item by item. */
function failureOf(body: Buffer, question: Question | undefined): { kind: string; detail: string } {
  const detail = body.toString('utf8', 0, 300);
  try {
    const found: AnsweredBody = JSON.parse(String(body));
    const right: AnsweredBody = JSON.parse(String(question?.answer));
    const isRight = Object.entries(found.data ?? {}).every(([field, items]) =>
      (items ?? []).every(
        (item, index) =>
          item === null || JSON.stringify(item) === JSON.stringify(right.data?.[field]?.[index]),
      ),
    );
    const codes = new Set((found.errors ?? []).map(({ extensions }) => extensions?.code ?? 'WRONG'));
    const [code = 'WRONG'] = codes;
    return { kind: isRight && codes.size === 1 ? code : 'WRONG', detail };
  } catch {
    return { kind: 'WRONG', detail };
  }
}
