/** Where log lines go before they are written: a write a line costs more than the request that it tells of. */

import type { ByteOutput } from './line-writer.js';

/** How long a line may wait for others. */
const FLUSH_MS = 100;
/** Bytes that a UTF-16 code unit takes at most in UTF-8. */
const MAX_BYTES_A_UNIT = 3;

export interface LineOutput {
  /** Lines that were given to it and that could not be written. */
  readonly droppedLines: number;
  /** @param bytes whole lines; are kept */
  write(bytes: Buffer): void;
  /** Writes all that waits, and these after it, now. @param bytes whole lines; may be none */
  flushSync(bytes: Buffer): void;
}

/** Lines on their way to standard output, whole, within 100 ms, and at the process's end. */
export class LineGatherer implements ByteOutput {
  readonly #output: LineOutput;
  readonly #maxBytes: number;
  /** As bytes: as text, a line is a tree of pieces that would be kept until it is written, and no longer be in the CPU's cache then. */
  #gathered: Buffer;
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param maxBytes that are handed on together; a longer line is handed on by itself */
  constructor(output: LineOutput, maxBytes: number) {
    this.#output = output;
    this.#maxBytes = maxBytes;
    this.#gathered = Buffer.allocUnsafeSlow(maxBytes);
  }

  /** Lines that could not be written. */
  get droppedLines(): number {
    return this.#output.droppedLines;
  }

  get bytes(): Buffer {
    return this.#gathered;
  }

  /** @param line with its line break */
  write(line: string): void {
    const at = this.begin(line.length * MAX_BYTES_A_UNIT);
    this.end(at + this.#gathered.write(line, at));
  }

  begin(maxBytes: number): number {
    if (this.#length + maxBytes > this.#maxBytes) {
      this.handOn();
      if (maxBytes > this.#maxBytes) {
        this.#gathered = Buffer.allocUnsafeSlow(maxBytes);
      }
    }
    return this.#length;
  }

  end(end: number): void {
    this.#length = end;
    if (this.#gathered.length > this.#maxBytes) {
      this.handOn();
    } else {
      this.#timer ??= setTimeout(() => this.handOn(), FLUSH_MS).unref();
    }
  }

  /** Does not wait for other lines. */
  handOn(): void {
    const bytes = this.#take();
    if (bytes.length > 0) {
      this.#output.write(bytes);
    }
  }

  /** Writes all that waits, now. */
  flushSync(): void {
    this.#output.flushSync(this.#take());
  }

  /** What is gathered, in memory of its own. A few lines are copied: they would keep room for many for as long as they wait. */
  #take(): Buffer {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = this.#gathered.subarray(0, this.#length);
    this.#length = 0;
    const isForOne = this.#gathered.length > this.#maxBytes;
    if (!isForOne && bytes.length < this.#maxBytes / 2) {
      return copyOf(bytes);
    }
    this.#gathered = Buffer.allocUnsafeSlow(this.#maxBytes);
    return isForOne ? copyOf(bytes) : bytes;
  }
}

/** `Buffer.from` would give a part of 8 KB that it shares with others. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
