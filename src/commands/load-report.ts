/** How a load has ended, told to people or as JSON. */

import type { RedisDestinationConfig } from '../config/config.js';
import { titleOf } from '../loading/input.js';
import type { LoadOutcome, LoadStop } from '../loading/load.js';
import type { CommandIo } from './io.js';
import type { LoadCommandOptions } from './load.js';
import { grouped } from './load-progress.js';
import { explainRedisReason } from './redis-reason.js';
import type { Replacement } from './replace-gone.js';

const TIMEOUT_MS = 10_000;

export interface LoadReport {
  readonly destination: RedisDestinationConfig;
  readonly options: Pick<LoadCommandOptions, 'checkpoint' | 'rejects' | 'json'>;
  readonly outcome: LoadOutcome;
  /** Undefined where none was asked for, or the load did not come to its end. */
  readonly replacement: Replacement | undefined;
  readonly seconds: number;
}

export function tellOutcome(report: LoadReport, print: CommandIo['print']): void {
  if (report.options.json) {
    print(JSON.stringify(summary(report)));
    return;
  }
  const { destination, options, outcome, replacement, seconds } = report;
  const { loaded, rejected, firstRejects, stopped } = outcome;
  print(
    `${grouped(loaded)} rows loaded into ${destination.id}, ${grouped(rejected)} rejected, in ${seconds.toFixed(1)} s.`,
  );
  for (const { file, row, reason } of firstRejects) {
    print(`  ${titleOf(file)}, row ${row}: ${reason}`);
  }
  if (rejected > firstRejects.length) {
    print(`  and ${grouped(rejected - firstRejects.length)} more`);
  }
  if (rejected > 0) {
    print(
      options.rejects === undefined
        ? 'With --rejects FILE the rejected rows are kept, each with its reason.'
        : `The rejected rows are in ${options.rejects}, each with its reason.`,
    );
  }
  if (replacement !== undefined) {
    print(
      replacement.kind === 'removed'
        ? `${grouped(replacement.profiles)} profiles that are not in the table have lost the model.`
        : `--replace: ${replacement.why}. ${replacement.kind === 'refused' ? 'Nothing was removed.' : ''}`.trimEnd(),
    );
  }
  if (stopped !== undefined) {
    print(`Stopped before the end: ${whyStopped(stopped, destination)}`);
    print(
      options.checkpoint === undefined
        ? 'What is loaded stays loaded. The same command loads everything again, which does no harm; with --checkpoint FILE it would go on.'
        : `The same command goes on from there: ${options.checkpoint} says what is loaded.`,
    );
  }
}

/** What a reason means for one who would write. */
export function explainWriting(reason: string, { redis }: RedisDestinationConfig): string {
  switch (reason) {
    case 'OOM':
      return 'Redis is full (OOM): raise its maxmemory, or remove keys.';
    case 'NOPERM':
      return 'The user may not write: allow +hset +set +json.set +json.get, and +scan +hexists +hdel for --replace (NOPERM).';
    case 'MISCONF':
      return 'Redis refuses writes, because it cannot save to its disk (MISCONF): see its log.';
    case 'READONLY':
      return 'Redis is a replica (READONLY): name the primary in address.';
    case 'LOADING':
      return 'Redis is still loading its data (LOADING).';
    case 'TIMEOUT':
      return `Redis has not answered within ${TIMEOUT_MS / 1_000} s.`;
    default:
      return `Redis: ${explainRedisReason(reason, redis, TIMEOUT_MS)} (${reason}).`;
  }
}

/** With a full stop at its end. */
export function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function whyStopped(stop: LoadStop, destination: RedisDestinationConfig): string {
  switch (stop.kind) {
    case 'interrupted':
      return 'it was told to.';
    case 'redis':
      return explainWriting(stop.reason, destination);
    case 'input':
      return sentence(stop.message);
  }
}

function summary({ destination, outcome, replacement, seconds }: LoadReport): object {
  const { loaded, rejected, stopped } = outcome;
  return {
    destinationId: destination.id,
    complete: stopped === undefined,
    loaded,
    rejected,
    ...(replacement === undefined
      ? {}
      : replacement.kind === 'removed'
        ? { removed: replacement.profiles }
        : { notReplaced: replacement.why }),
    ...(stopped === undefined ? {} : { stopped: whyStopped(stopped, destination) }),
    seconds: Number(seconds.toFixed(3)),
  };
}
