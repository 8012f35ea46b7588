/** The end of `load --replace`: the model is taken out of profiles that are not in the table, if that may be. */

import { createInterface } from 'node:readline/promises';
import type { RedisDestinationConfig } from '../config/config.js';
import type { KeySet } from '../loading/key-set.js';
import { countGone, type MirrorTarget, mirrorTargetOf, removeGone } from '../loading/mirror.js';
import type { Target } from '../loading/target.js';
import { BulkConnection, BulkConnectionError } from '../redis/bulk-connection.js';
import { CommandError } from './command-error.js';
import type { LoadCommandOptions, MaxRemovals } from './load.js';
import { grouped } from './load-progress.js';

/** What became of the profiles that are not in the table. */
export type Replacement =
  | { readonly kind: 'removed'; readonly profiles: number }
  | {
      readonly kind: 'refused' | 'failed';
      /** Why nothing was removed, or not all. */
      readonly why: string;
    };

/** Ids of rejected rows are not known, and their profiles may not be taken for gone. */
export const ROWS_REJECTED: Replacement = {
  kind: 'refused',
  why: 'rows were rejected, and their profiles must not be taken for gone',
};

/** @throws CommandError when the destination, or this terminal, is not fit for --replace */
export function mirrorsOf(
  targets: readonly Target[],
  { id }: RedisDestinationConfig,
  isConfirmed: boolean,
): readonly MirrorTarget[] {
  const mirrors = targets.map(mirrorTargetOf).filter((mirror) => mirror !== undefined);
  if (mirrors.length < targets.length) {
    throw new CommandError(
      `The layout of ${id} does not keep models apart: --replace works where a profile is a hash of models.`,
    );
  }
  if (!isConfirmed && !(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new CommandError('--replace asks before it removes, and there is nobody to ask: say --yes.');
  }
  return mirrors;
}

/** Counts first, and removes where that is within bounds and confirmed. */
export async function replaceGone(
  { redis: settings }: RedisDestinationConfig,
  mirrors: readonly MirrorTarget[],
  keys: KeySet,
  { maxRemovals, yes = false }: Pick<LoadCommandOptions, 'maxRemovals' | 'yes'>,
): Promise<Replacement> {
  const redis = new BulkConnection(settings);
  try {
    await redis.connect();
    const counts = [];
    let stored = 0;
    let gone = 0;
    for (const mirror of mirrors) {
      const count = await countGone(redis, mirror, keys);
      stored += count.stored;
      gone += count.gone;
      counts.push({ mirror, gone: count.gone });
    }
    const max = boundOf(maxRemovals, stored);
    const what = `${grouped(gone)} of ${grouped(stored)} profiles with the model are not in the table`;
    if (gone > max) {
      return { kind: 'refused', why: `${what}, and --max-removals allows ${grouped(max)}` };
    }
    if (gone > 0 && !yes && !(await confirm(`${what}. Take the model out of them? [y/N] `))) {
      return { kind: 'refused', why: `${what}, and that was not confirmed` };
    }
    let profiles = 0;
    for (const { mirror, gone: some } of counts) {
      profiles += some === 0 ? 0 : await removeGone(redis, mirror, keys, some);
    }
    return { kind: 'removed', profiles };
  } catch (error) {
    if (error instanceof BulkConnectionError) {
      return {
        kind: 'failed',
        why: `Redis did not go along (${error.reason}); the same command does the rest`,
      };
    }
    throw error;
  } finally {
    redis.close();
  }
}

function boundOf(max: MaxRemovals, stored: number): number {
  return 'profiles' in max ? max.profiles : Math.floor(max.share * stored);
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
