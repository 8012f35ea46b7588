import { describe, expect, it } from 'vitest';
import { KeySet } from '../../src/loading/key-set.js';

const KEYS = 200_000;
const key = (index: number) => `w:d:user:user_id:u-${index}`;

describe('the set of keys', () => {
  it('has every key that was added, and no other of as many', () => {
    const keys = new KeySet();
    for (let index = 0; index < KEYS; index += 1) {
      keys.add(key(index));
      keys.add(key(index));
    }
    expect(keys.size).toBe(KEYS);
    let missing = 0;
    let found = 0;
    for (let index = 0; index < KEYS; index += 1) {
      missing += keys.has(key(index)) ? 0 : 1;
      found += keys.has(key(KEYS + index)) ? 1 : 0;
    }
    expect([missing, found]).toEqual([0, 0]);
  });
});
