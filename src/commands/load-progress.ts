/** How far a load has come, told on standard error: a bar on a terminal, a line every ten seconds elsewhere. */

import type { LoadState } from '../loading/load.js';

const BAR_WIDTH = 24;
/** Of a terminal that does not know its width. */
const USUAL_COLUMNS = 80;
const REDRAW_MS = 100;
const LINE_MS = 10_000;
const FIRST_LINE_MS = 2_000;
const CLEAR_LINE = '\r\u001b[2K';

export interface LoadProgress {
  update(state: LoadState): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** @param alreadyDone rows that an earlier load has done: they tell nothing of this one's rate */
export function showProgress(stream: NodeJS.WriteStream, alreadyDone: number): LoadProgress {
  const startedAt = performance.now();
  let startFraction: number | undefined;
  let nextAt = startedAt + (stream.isTTY ? 0 : FIRST_LINE_MS);
  return {
    update(state) {
      startFraction ??= state.fraction;
      const now = performance.now();
      if (now < nextAt) {
        return;
      }
      nextAt = now + (stream.isTTY ? REDRAW_MS : LINE_MS);
      const text = describe(state, alreadyDone, (now - startedAt) / 1_000, startFraction ?? 0);
      stream.write(
        stream.isTTY
          ? `${CLEAR_LINE}${bar(state.fraction)}${text}`.slice(
              0,
              (stream.columns || USUAL_COLUMNS) + CLEAR_LINE.length,
            )
          : `${text}\n`,
      );
    },
    end() {
      if (stream.isTTY) {
        stream.write(CLEAR_LINE);
      }
    },
  };
}

/** A number with its thousands parted. */
export function grouped(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

function bar(fraction: number | undefined): string {
  if (fraction === undefined) {
    return '';
  }
  const filled = Math.round(fraction * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} `;
}

function describe(
  { loaded, rejected, fraction }: LoadState,
  alreadyDone: number,
  seconds: number,
  startFraction: number,
): string {
  const rows = loaded + rejected;
  const parts = [
    ...(fraction === undefined ? [] : [`${Math.floor(fraction * 100)} %`]),
    `${grouped(rows)} rows`,
    `${grouped((rows - alreadyDone) / Math.max(seconds, 0.001))}/s`,
    `${grouped(rejected)} rejected`,
  ];
  const done = fraction === undefined ? 0 : fraction - startFraction;
  if (fraction !== undefined && done > 0) {
    parts.push(`${duration(((1 - fraction) / done) * seconds)} left`);
  }
  return parts.join(' · ');
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
