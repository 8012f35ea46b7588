/** One request to the gateway, from its first attempt to its last. */

import { ActivationError } from './activation-error.js';
import { bodyOf, type Field } from './fields.js';
import type { Lookup } from './lookup.js';
import { isRetryableStatus, Reply } from './reply.js';

export interface ExchangeSettings {
  /** Where `/graphql` is. */
  readonly endpoint: string;
  readonly token: () => string | Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** For all attempts together, in milliseconds. */
  readonly timeoutMs: number;
  /** Attempts after the first, at most. */
  readonly retries: number;
}

/** What a token may be made of; anything else would come back in an error of fetch, in clear. */
const TOKEN = /^[\x21-\x7e]+$/;
/** Where a 429 or 503 does not say when to come again: twice as long at every attempt. */
const FIRST_DELAY_MS = 200;
/** Those who were refused together do not come back together. */
const JITTER = 0.2;

/** Settles every lookup of the fields, one way or the other. */
export async function exchange(fields: readonly Field[], settings: ExchangeSettings): Promise<void> {
  const { timeoutMs } = settings;
  const lookups = fields.flat();
  const controller = new AbortController();
  const { signal } = controller;
  for (const lookup of lookups) {
    lookup.onAbandoned = () => {
      if (!lookups.some(({ isOpen }) => isOpen)) {
        controller.abort();
      }
    };
  }
  const timer = setTimeout(
    () => controller.abort(new ActivationError('TIMED_OUT', `No answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    await Promise.race([rejectionBy(signal), askUntilSettled(fields, settings, signal)]);
  } catch (error) {
    for (const lookup of lookups) {
      lookup.reject(error);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Every round settles what was told, and asks again for the rest: all are reads, so asking twice changes nothing. */
async function askUntilSettled(
  fields: readonly Field[],
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<void> {
  const endsAt = Date.now() + settings.timeoutMs;
  let open = fields;
  for (let retries = 0; ; ) {
    const reply = await attempt(open, settings, signal);
    const delayMs = reply.isRetryable && retries < settings.retries ? delayOf(reply, retries) : undefined;
    const waits = delayMs !== undefined && Date.now() + delayMs < endsAt;
    const again = settle(open, reply, waits);
    if (again.length === 0) {
      return;
    }
    open = again;
    if (waits) {
      retries += 1;
      await sleep(delayMs, signal);
    }
  }
}

/**
 * @param waits whether those that may be answered later are asked again
 * @returns the lookups that are not settled
 */
function settle(fields: readonly Field[], reply: Reply, waits: boolean): Field[] {
  const verdicts = reply.verdicts(fields);
  const told = [...verdicts.values()].some((verdict) => verdict !== undefined);
  const isOpen = (lookup: Lookup) => {
    // One that is never told, in a reply that tells of nothing, would be asked for ever.
    const verdict = verdicts.get(lookup) ?? (told || waits ? undefined : reply.unexpected());
    if (verdict === undefined || !lookup.isOpen) {
      return lookup.isOpen;
    }
    if (!(verdict instanceof ActivationError)) {
      lookup.resolve({ value: verdict.value, reply });
    } else if (waits && isRetryableStatus(verdict.status)) {
      return true;
    } else {
      lookup.reject(verdict);
    }
    return false;
  };
  return fields.map((field) => field.filter(isOpen)).filter(({ length }) => length > 0);
}

/** @throws ActivationError UNREACHABLE; what the token function throws. */
async function attempt(
  fields: readonly Field[],
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<Reply> {
  const token = await settings.token();
  signal.throwIfAborted();
  if (!TOKEN.test(token)) {
    throw new TypeError('The token must be text without spaces and line breaks');
  }
  const { fetch } = settings;
  try {
    const response = await fetch(settings.endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: bodyOf(fields),
      signal,
    });
    return new Reply(response.status, response.headers, await response.text());
  } catch (cause) {
    throw new ActivationError('UNREACHABLE', 'The gateway could not be reached, or its answer broke off', {
      cause,
    });
  }
}

/** Never sooner than the gateway said. */
function delayOf(reply: Reply, retries: number): number {
  const { retryAfterSeconds } = reply;
  const delayMs = retryAfterSeconds === undefined ? FIRST_DELAY_MS * 2 ** retries : retryAfterSeconds * 1000;
  return Math.ceil(delayMs * (1 + JITTER * Math.random()));
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** Whatever is waited for, a fetch that knows no signals too: it ends now. */
function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
