/** A client of an activation-gateway: lookups that are asked for in one tick travel in one request. */

import { ActivationError } from './activation-error.js';
import { exchange } from './exchange.js';
import { intoRequests } from './fields.js';
import { type Answer, type FieldArguments, Lookup } from './lookup.js';
import {
  type AnyTraits,
  type AskOptions,
  isProfileContent,
  isViewer,
  type Profile,
  type ProfileId,
  type ProfileRequest,
  type ProfilesRequest,
  type Viewer,
  type ViewerRequest,
} from './profile.js';

export interface ClientOptions {
  /** Where the gateway is, without `/graphql`: `https://profiles.example.com`. Empty in a page that comes from there. */
  readonly url: string;
  /**
   * An access token (on a server) or a profile token (in a page), or a function that gives one. The function is called before
   * every request, so it may give a new one when the last is about to end; what it throws, the lookups reject with.
   */
  readonly token: string | (() => string | Promise<string>);
  /** Longest time for an answer, retries included, in milliseconds: 1 to 2,147,483,647. Default 5,000. */
  readonly timeoutMs?: number;
  /**
   * How often at most a request is sent again that was answered by 429 or 503, each time after as long as `Retry-After` says and
   * never past `timeoutMs`. Default 2; 0 for never.
   */
  readonly retries?: number;
  /** Lookups in one request: at most the gateway's `limits.lookups`. Default 1,000, as there. */
  readonly maxLookups?: number;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Client {
  /**
   * Reads one profile. An id that is not stored gives `exists: false`; a profile that could not be read rejects.
   *
   * ```ts
   * interface UserTraits { user_360: { FIRST_NAME: string; LOYALTY_TIER: 'gold' | 'silver' } }
   * const ada = await client.profile<UserTraits>({ entity: 'user', destinationId, idType: 'email', idValue });
   * ada.traits.user_360?.FIRST_NAME
   * ```
   *
   * @throws ActivationError; the reason of the signal when it is aborted.
   */
  profile<Traits extends object = AnyTraits>(request: ProfileRequest): Promise<Profile<Traits>>;
  /**
   * Reads many.
   * @returns for each id, in their order, its profile or why it could not be read
   * @throws the reason of the signal when it is aborted; nothing else.
   */
  profiles<Traits extends object = AnyTraits>(
    request: ProfilesRequest,
  ): Promise<(Profile<Traits> | ActivationError)[]>;
  /**
   * Reads the profile that a profile token is for.
   * @returns null for a token that is for nobody in particular
   * @throws ActivationError; the reason of the signal when it is aborted.
   */
  viewer<Traits extends object = AnyTraits>(request?: ViewerRequest): Promise<Viewer<Traits> | null>;
}

/** @throws TypeError where an option is not what it must be. */
export function createClient(options: ClientOptions): Client {
  const settings = parseOptions(options);
  const gather = createGatherer((lookups) => {
    for (const fields of intoRequests(lookups, settings.maxLookups)) {
      exchange(fields, settings);
    }
  });

  async function read<Traits extends object>(
    { entity, destinationId, models, names, signal }: Omit<ProfilesRequest, 'ids'>,
    { type, value }: ProfileId,
  ): Promise<Profile<Traits>> {
    const id = { type, value };
    const answer = await gather({ field: 'profiles', entity, destinationId, models, names }, id, signal);
    if (!isProfileContent<Traits>(answer.value)) {
      throw answer.reply.unexpected();
    }
    const { exists, traits } = answer.value;
    return { entity, destinationId, id, exists, traits };
  }

  return {
    profile: ({ idType, idValue, ...request }) => read(request, { type: idType, value: idValue }),
    profiles: ({ ids, ...request }) =>
      Promise.all(
        ids.map((id) =>
          read(request, id).catch((error: unknown) => {
            if (error instanceof ActivationError) {
              return error;
            }
            throw error;
          }),
        ),
      ),
    async viewer<Traits extends object>({ idType, models, names, signal }: ViewerRequest = {}) {
      const { value, reply } = await gather({ field: 'viewer', idType, models, names }, undefined, signal);
      if (value !== null && !isViewer<Traits>(value)) {
        throw reply.unexpected();
      }
      return value;
    },
  };
}

/** Takes lookups until the end of the tick, each distinct one once, and hands them on together. */
function createGatherer(send: (lookups: readonly Lookup[]) => void) {
  let gathered = new Map<string, Lookup>();

  function flush(): void {
    const lookups = [...gathered.values()].filter(({ isOpen }) => isOpen);
    gathered = new Map();
    send(lookups);
  }

  return async function ask(
    args: FieldArguments,
    id: ProfileId | undefined,
    signal: AskOptions['signal'],
  ): Promise<Answer> {
    signal?.throwIfAborted();
    refuseOtherThanText(args, id);
    const key = JSON.stringify([args, id]);
    if (gathered.size === 0) {
      afterThisTick(flush);
    }
    const lookup = gathered.get(key) ?? new Lookup(args, id);
    gathered.set(key, lookup);
    return lookup.wait(signal);
  };
}

/**
 * A variable of the wrong type, as untyped callers send it, would have GraphQL refuse the whole request.
 * @throws ActivationError BAD_REQUEST
 */
function refuseOtherThanText({ models = [], names = [], ...args }: FieldArguments, id?: ProfileId): void {
  const { idType = '', ...texts }: Readonly<Record<string, unknown>> = { ...args, ...id };
  const lists = [models, names];
  if (![idType, ...Object.values(texts), ...lists.flat()].every(isText) || !lists.every(Array.isArray)) {
    throw new ActivationError(
      'BAD_REQUEST',
      'entity, destinationId, id type and id value must be strings, models and names lists of strings',
      { status: 400 },
    );
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** After the promises that are ready now: who awaits something that is there already still comes in time. */
function afterThisTick(run: () => void): void {
  const { setImmediate, setTimeout }: Timers = globalThis;
  setImmediate === undefined ? setTimeout(run) : setImmediate(run);
}

/** Node's timer comes a millisecond sooner than the one that browsers have too. */
interface Timers {
  setTimeout(run: () => void): unknown;
  setImmediate?(run: () => void): unknown;
}

function parseOptions({
  url,
  token,
  timeoutMs = 5_000,
  retries = 2,
  maxLookups = 1_000,
  fetch = (...args) => globalThis.fetch(...args),
}: ClientOptions) {
  must(typeof url === 'string', 'url', 'the address of a gateway, as text');
  must(
    typeof token === 'function' || (typeof token === 'string' && token !== ''),
    'token',
    'text that is not empty, or a function that gives it',
  );
  must(isWhole(timeoutMs, 1), 'timeoutMs', `a whole number from 1 to ${MAX_INTEGER}`);
  must(isWhole(retries, 0), 'retries', 'a whole number, 0 or more');
  must(isWhole(maxLookups, 1), 'maxLookups', 'a whole number, 1 or more');
  must(typeof fetch === 'function', 'fetch', 'a function');
  return {
    endpoint: `${url.replace(/\/+$/, '')}/graphql`,
    token: typeof token === 'function' ? token : () => token,
    timeoutMs,
    retries,
    maxLookups,
    fetch,
  };
}

/** Timers take no more. */
const MAX_INTEGER = 2 ** 31 - 1;

function isWhole(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= MAX_INTEGER;
}

function must(isSo: boolean, option: string, what: string): void {
  if (!isSo) {
    throw new TypeError(`createClient: ${option} must be ${what}`);
  }
}
