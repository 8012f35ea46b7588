/**
 * The keys that a table has, as numbers of 52 bits made of them: eight bytes a key instead of its text, so that tens of
 * millions fit. Two keys may make one number, seldom; then a key that is gone from the table is taken to be in it, and
 * stays. None that is in the table is ever taken for gone.
 */

const FIRST_CAPACITY = 1 << 16;
/** Of the places that are filled at most. */
const MAX_LOAD = 0.6;
const LOW_BITS = 0x100000000;
const HIGH_BITS = 0xfffff;

export class KeySet {
  /** Zero is a free place. */
  #places = new Float64Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(key: string): void {
    const place = this.#placeOf(numberOf(key));
    if (this.#places[place] === 0) {
      this.#places[place] = numberOf(key);
      this.#size += 1;
      if (this.#size > this.#places.length * MAX_LOAD) {
        this.#grow();
      }
    }
  }

  has(key: string): boolean {
    return this.#places[this.#placeOf(numberOf(key))] !== 0;
  }

  /** Where the number is, or would be. */
  #placeOf(number: number): number {
    const mask = this.#places.length - 1;
    let place = (number % LOW_BITS) & mask;
    while (this.#places[place] !== 0 && this.#places[place] !== number) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #grow(): void {
    const numbers = this.#places;
    this.#places = new Float64Array(numbers.length * 2);
    for (const number of numbers) {
      if (number !== 0) {
        this.#places[this.#placeOf(number)] = number;
      }
    }
  }
}

/** Two hashes of 32 bits (the mixing of MurmurHash3), 52 bits of them kept; never zero. */
function numberOf(text: string): number {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return ((other & HIGH_BITS) >>> 0) * LOW_BITS + (one >>> 0) + 1;
}
