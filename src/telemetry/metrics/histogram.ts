/** Counts values by their size. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** One a bound, and one for what is larger than all. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds the largest value of each bucket, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) {
      bucket += 1;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** Of all values. */
  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many values are at most as large as each bound; the last bound is infinity. */
  cumulated(): { readonly bound: number; readonly count: number }[] {
    let sum = 0;
    return this.#counts.map((count, bucket) => {
      sum += count;
      return { bound: this.#bounds[bucket] ?? Number.POSITIVE_INFINITY, count: sum };
    });
  }
}
