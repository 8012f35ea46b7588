const MS_A_SECOND = 1_000;
const SECOND_LENGTH = '2026-01-01T00:00:00.'.length;

let second = Number.NaN;
let secondText = '';

/**
 * As `toISOString` of a Date has it, for lines that come by the thousand: but for the milliseconds, the lines of a second have it in common.
 * @param ms since 1970
 */
export function isoTime(ms: number): string {
  const found = Math.floor(ms / MS_A_SECOND);
  if (found !== second) {
    second = found;
    secondText = new Date(found * MS_A_SECOND).toISOString().slice(0, SECOND_LENGTH);
  }
  return `${secondText}${String(ms - found * MS_A_SECOND).padStart(3, '0')}Z`;
}
