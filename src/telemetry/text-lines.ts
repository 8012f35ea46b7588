import type { ByteOutput } from './line-writer.js';

/** Lines for those who take them as text. */
export class TextLines implements ByteOutput {
  readonly #write: (line: string) => void;
  #bytes = Buffer.alloc(0);

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  begin(maxBytes: number): number {
    if (this.#bytes.length < maxBytes) {
      this.#bytes = Buffer.alloc(maxBytes);
    }
    return 0;
  }

  end(end: number): void {
    this.#write(this.#bytes.toString('utf8', 0, end));
  }
}
