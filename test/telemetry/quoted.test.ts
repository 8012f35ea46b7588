import { describe, expect, it } from 'vitest';
import { quoted } from '../../src/telemetry/quoted.js';

describe('quoted text', () => {
  it('is what JSON.stringify writes, for every character there is', () => {
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const text = `a${String.fromCharCode(unit)}b`;
      expect(quoted(text)).toBe(JSON.stringify(text));
    }
    for (const text of ['', 'POST', '/v1/activation', '2XkZr9qTn0aLw5cVb7dQe1mYp3s', '😀', 'a\n']) {
      expect(quoted(text)).toBe(JSON.stringify(text));
    }
  });
});
