/** Parts that outlive a configuration: connections, counters, caches. What has not changed is not made anew. */

import { isDeepStrictEqual } from 'node:util';

/** The use of a part. */
export interface Lease<Part> {
  readonly part: Part;
  /** Ends the use. The last one closes the part; a second call does nothing. */
  release(): Promise<void>;
}

interface Shared<Config, Part> {
  readonly config: Config;
  readonly part: Part;
  leases: number;
}

/** One part for each name and each way that it is configured, for as long as somebody uses it. */
export class SharedParts<Config, Part> {
  readonly #close: (part: Part) => Promise<void>;
  readonly #parts = new Map<string, Shared<Config, Part>[]>();

  /** @param close ends a part that nobody uses any more; left out: it needs no end */
  constructor(close: (part: Part) => Promise<void> = async () => {}) {
    this.#close = close;
  }

  /**
   * @param config compared deeply: a part that is in use and was made from an equal one is shared
   * @param make is called where there is none. What it throws is thrown on.
   */
  lease(name: string, config: Config, make: () => Part): Lease<Part> {
    const alike = this.#parts.get(name) ?? [];
    const known = alike.find((each) => isDeepStrictEqual(each.config, config));
    const shared = known ?? { config, part: make(), leases: 0 };
    if (known === undefined) {
      this.#parts.set(name, [...alike, shared]);
    }
    shared.leases += 1;
    let isReleased = false;
    return {
      part: shared.part,
      release: async () => {
        if (!isReleased) {
          isReleased = true;
          await this.#release(name, shared);
        }
      },
    };
  }

  async #release(name: string, shared: Shared<Config, Part>): Promise<void> {
    shared.leases -= 1;
    if (shared.leases > 0) {
      return;
    }
    const others = this.#parts.get(name)?.filter((each) => each !== shared) ?? [];
    if (others.length === 0) {
      this.#parts.delete(name);
    } else {
      this.#parts.set(name, others);
    }
    await this.#close(shared.part);
  }
}
