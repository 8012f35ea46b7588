/** Dates of the sample profiles, counted back from one fixed day so that they never change. */

const TODAY_MS = Date.UTC(2026, 10, 20);
const MS_PER_SECOND = 1000;

export const SECONDS_PER_DAY = 86_400;

/** The fixed day that the sample profiles were computed on. */
export const TODAY = dayBefore(0);

/** @returns the date as `2026-11-20`; a negative number of days lies ahead. */
export function dayBefore(days: number): string {
  return isoBefore(days * SECONDS_PER_DAY).slice(0, 'YYYY-MM-DD'.length);
}

/** @returns the time as `2026-11-19T23:59:59Z`. */
export function timeBefore(seconds: number): string {
  return `${isoBefore(seconds).slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;
}

function isoBefore(seconds: number): string {
  return new Date(TODAY_MS - seconds * MS_PER_SECOND).toISOString();
}
