/** Lines of the log that every request gets, written as bytes: most of a line is that of the line before, and is copied. */

/** Where lines are written byte by byte, one after the other. */
export interface ByteOutput {
  /** What is written to. Every line that is begun may have another one. */
  readonly bytes: Buffer;
  /**
   * Makes room for a line. One that was begun and not ended is forgotten.
   * @param maxBytes that it may take
   * @returns where in {@link bytes} it begins
   */
  begin(maxBytes: number): number;
  /** The line that was begun is written. @param end where the next byte of {@link bytes} would be */
  end(end: number): void;
}

/** What the lines of one kind have in common. */
export interface LineKind {
  /** Whether such lines are wanted. */
  readonly isEnabled: () => boolean;
  /** What a line that is begun now begins with. */
  readonly head: () => Buffer;
  /** What it ends with. */
  readonly tail: string;
}

/** Digits of the largest safe integer, a point and one decimal place. */
const MAX_NUMBER_BYTES = 18;
const ZERO = 0x30;
const POINT = 0x2e;

/** Writes one line at a time. */
export class LineWriter {
  readonly #output: ByteOutput;
  readonly #isEnabled: () => boolean;
  readonly #head: () => Buffer;
  readonly #tail: Buffer;
  #bytes: Buffer;
  #at = 0;

  constructor(output: ByteOutput, { isEnabled, head, tail }: LineKind) {
    this.#output = output;
    this.#bytes = output.bytes;
    this.#isEnabled = isEnabled;
    this.#head = head;
    this.#tail = Buffer.from(tail);
  }

  /**
   * Begins a line.
   * @param maxBytes that will be written before it is ended, besides one number
   * @returns false where it is not wanted: then write nothing
   */
  begin(maxBytes: number): boolean {
    if (!this.#isEnabled()) {
      return false;
    }
    const head = this.#head();
    this.#at = this.#output.begin(head.length + maxBytes + MAX_NUMBER_BYTES + this.#tail.length);
    this.#bytes = this.#output.bytes;
    this.copy(head);
    return true;
  }

  copy(bytes: Buffer): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** @param text whose characters take a byte each */
  ascii(text: string): void {
    this.#at += this.#bytes.write(text, this.#at, 'latin1');
  }

  /** @param value 0 or more; is written with one decimal place, or none for a whole number */
  tenths(value: number): void {
    const all = Math.round(value * 10);
    const tenth = all % 10;
    this.#digits((all - tenth) / 10);
    if (tenth !== 0) {
      this.#bytes[this.#at] = POINT;
      this.#bytes[this.#at + 1] = ZERO + tenth;
      this.#at += 2;
    }
  }

  end(): void {
    this.copy(this.#tail);
    this.#output.end(this.#at);
  }

  #digits(whole: number): void {
    let left = whole;
    this.#at += digitsOf(whole);
    let at = this.#at;
    do {
      at -= 1;
      const digit = left % 10;
      this.#bytes[at] = ZERO + digit;
      left = (left - digit) / 10;
    } while (left > 0);
  }
}

function digitsOf(whole: number): number {
  let digits = 1;
  for (let bound = 10; whole >= bound; bound *= 10) {
    digits += 1;
  }
  return digits;
}
