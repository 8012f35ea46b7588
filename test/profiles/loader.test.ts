import { describe, expect, it } from 'vitest';
import { type Cancellation, NEVER_CANCELLED } from '../../src/cancellation.js';
import { GatewayError, internalError, tooManyLookups } from '../../src/errors.js';
import { type Admission, ProfileLoader, type ProfileSource } from '../../src/profiles/loader.js';
import { type ProfileId, parseProfileId } from '../../src/profiles/profile-id.js';
import type { ProfileRead } from '../../src/profiles/store.js';
import { StoredProfile } from '../../src/profiles/stored-profile.js';
import type { TracedSpan } from '../../src/telemetry/tracing.js';
import { until } from '../support/until.js';

const ADMIT: Admission = () => undefined;

describe('the loader of a request', () => {
  it('reads what is asked for in one tick together, each profile once', async () => {
    const one = source('one');
    const other = source('other');
    const loader = new ProfileLoader(ADMIT);
    const results = await Promise.all([
      loader.load(one, ids('a', 'b', 'a'), 'all'),
      loader.load(one, ids('b', 'c'), 'all'),
      loader.load(other, ids('a'), 'all'),
    ]);
    expect(one.reads).toEqual([['a all', 'b all', 'c all']]);
    expect(other.reads).toEqual([['a all']]);
    expect(results.map((list) => list.map(nameOf))).toEqual([
      ['one a', 'one b', 'one a'],
      ['one b', 'one c'],
      ['other a'],
    ]);
  });

  it('remembers what it read in later ticks, and reads again only what lacks a model', async () => {
    const one = source('one');
    const loader = new ProfileLoader(ADMIT);
    await loader.load(one, ids('a', 'b'), ['x', 'y']);
    expect((await loader.load(one, ids('b', 'a', 'c'), ['y'])).map(nameOf)).toEqual([
      'one b',
      'one a',
      'one c',
    ]);
    await loader.load(one, ids('a', 'b'), ['y', 'z']);
    await loader.load(one, ids('a', 'b'), ['z']);
    await loader.load(one, ids('a'), 'all');
    await loader.load(one, ids('a', 'b'), ['y', 'z']);
    expect(one.reads).toEqual([['a x+y', 'b x+y'], ['c y'], ['a y+z', 'b y+z'], ['a all']]);
  });

  it('asks for all models that any lookup of the tick needs', async () => {
    const one = source('one');
    const loader = new ProfileLoader(ADMIT);
    await Promise.all([
      loader.load(one, ids('a', 'b'), ['x']),
      loader.load(one, ids('a'), ['y', 'x']),
      loader.load(one, ids('b'), 'all'),
    ]);
    expect(one.reads).toEqual([['a x+y', 'b all']]);
  });

  it('waits for a read under way instead of reading again', async () => {
    const one = source('one');
    const loader = new ProfileLoader(ADMIT);
    const first = loader.load(one, ids('a'), 'all');
    await Promise.resolve().then(() => undefined);
    await new Promise(setImmediate);
    expect(one.reads).toHaveLength(1);
    const [[again], [earlier]] = await Promise.all([loader.load(one, ids('a'), 'all'), first]);
    expect(one.reads).toHaveLength(1);
    expect(again).toBe(earlier);
  });

  it('fails one profile alone', async () => {
    const one = source('one', 'b');
    const [a, b, c] = await new ProfileLoader(ADMIT).load(one, ids('a', 'b', 'c'), 'all');
    expect([nameOf(a), b, nameOf(c)]).toEqual(['one a', expect.any(GatewayError), 'one c']);
  });

  it('asks for admission with the reads due and all lookups so far; refused, it reads nothing and says so', async () => {
    const one = source('one');
    const asked: unknown[] = [];
    const refusal = tooManyLookups('too many');
    const loader = new ProfileLoader((reads, total) => {
      asked.push([reads, total]);
      return total > 4 ? Promise.resolve(refusal) : undefined;
    });
    await loader.load(one, ids('a', 'a', 'b'), 'all');
    expect(loader.refusal).toBeUndefined();
    expect(await loader.load(one, ids('a', 'c'), 'all')).toEqual([refusal, refusal]);
    expect(loader.refusal).toBe(refusal);
    expect(asked).toEqual([
      [2, 3],
      [1, 5],
    ]);
    expect(one.reads).toEqual([['a all', 'b all']]);
  });
});

describe('what is told of a batch', () => {
  it('is its size and time, and in a trace what came of it', async () => {
    const { told, span, metrics } = watched();
    const loader = new ProfileLoader(ADMIT, NEVER_CANCELLED, () => span);
    await loader.load({ ...source('one'), metrics }, ids('a', 'b', 'a'), 'all');
    await loader.load({ ...source('other', 'c'), metrics }, ids('a', 'c'), 'all');
    const begun = (id: string, profiles: number) =>
      `begun read profiles ${JSON.stringify({
        'activation_gateway.destination': id,
        'activation_gateway.batch.profiles': profiles,
      })}`;
    expect(told).toEqual([
      begun('one', 2),
      'counted 2',
      'ended undefined',
      begun('other', 2),
      'counted 2',
      'ended INTERNAL',
    ]);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('lost'))],
    [
      'throws',
      () => {
        throw new Error('lost');
      },
    ],
  ])('is the end of its span, and no count, where the store %s', async (_, read) => {
    const { told, span, metrics } = watched();
    const loader = new ProfileLoader(ADMIT, NEVER_CANCELLED, () => span);
    const broken = { ...source('one'), metrics, store: { ...source('one').store, read } };
    await expect(loader.load(broken, ids('a'), 'all')).rejects.toThrow('lost');
    expect(told.slice(1)).toEqual(['ended INTERNAL']);
  });

  it('comes also where nobody waits for it any more', async () => {
    const { told, span, metrics } = watched();
    const cancellation: Cancellation = { reason: undefined, deadline: Promise.resolve() };
    const loader = new ProfileLoader(ADMIT, cancellation, () => span);
    await loader.load({ ...source('one'), metrics }, ids('a'), 'all');
    expect(told.slice(1)).toEqual([]);
    await until('the store has answered', () =>
      expect(told.slice(1)).toEqual(['counted 1', 'ended undefined']),
    );
  });
});

/** What is told, in its order. */
function watched() {
  const told: string[] = [];
  const span: TracedSpan = {
    child(name, attributes) {
      told.push(`begun ${name} ${JSON.stringify(attributes)}`);
      return span;
    },
    call: () => span,
    end: (failure) => void told.push(`ended ${failure}`),
    outgoingHeaders: () => ({}),
  };
  const metrics = {
    batch(profiles: number, seconds: number) {
      expect(seconds).toBeGreaterThan(0);
      told.push(`counted ${profiles}`);
    },
  };
  return { told, span, metrics };
}

function ids(...values: string[]): ProfileId[] {
  return values.map((value) =>
    parseProfileId(
      { entity: 'user', type: 'user_id', value },
      { entity: 'entity', type: 'type', value: 'value' },
    ),
  );
}

/** Notes what is read; answers a while later. */
function source(id: string, broken?: string): ProfileSource & { readonly reads: string[][] } {
  const reads: string[][] = [];
  return {
    id,
    reads,
    store: {
      async read(batch: readonly ProfileRead[]) {
        reads.push(
          batch.map(({ id: { value }, models }) => `${value} ${models === 'all' ? 'all' : models.join('+')}`),
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
        return batch.map(({ id: { value } }) =>
          value === broken ? internalError() : profile(`${id} ${value}`),
        );
      },
      check: async () => undefined,
      close: async () => undefined,
    },
  };
}

function profile(name: string): StoredProfile {
  return new StoredProfile(new Map([[name, '{}']]));
}

function nameOf(result: unknown): string | undefined {
  return result instanceof StoredProfile ? result.models[0] : undefined;
}
