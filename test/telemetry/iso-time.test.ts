import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/telemetry/iso-time.js';

describe('a moment as ISO 8601', () => {
  it.each([
    0,
    999,
    1_000,
    1_795_842_000_007,
    1_795_842_000_007,
    1_795_842_000_070,
    1_795_841_999_999,
    Date.now(),
  ])('is what a Date says, whichever came before (%d)', (ms) => {
    expect(isoTime(ms)).toBe(new Date(ms).toISOString());
  });
});
