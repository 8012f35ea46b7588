/**
 * Bytes to a file descriptor. pino's own output does the same, but ends the process where a write fails, and at the process's
 * end tries for ever: a full disk would take the gateway with it.
 */

import { write, writeSync } from 'node:fs';
import type { LineOutput } from './line-gatherer.js';

/** Where nobody reads the log, lines past this are dropped: a gateway serves on. In bytes. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** When a reader that takes nothing is tried again. */
const RETRY_MS = 10;
/** What is written before requests have their turn again, where writes do not wait: what a pipe holds. In bytes. */
const TURN_BYTES = 65_536;
/** How long the end of the process waits for a reader that takes nothing. */
const LAST_MS = 1_000;
const LINE_BREAK = 0x0a;

export interface Descriptor {
  readonly fd: number;
  /** Whether a write to it never waits, whatever other processes do to theirs. */
  readonly neverWaits: boolean;
  /** What is written at once, in bytes: whole lines. A longer line is written by itself. */
  readonly maxWriteBytes: number;
}

/** In their order, and without waiting. What cannot be written is dropped and counted, and what comes after it is tried again. */
export class DescriptorOutput implements LineOutput {
  readonly #fd: number;
  readonly #neverWaits: boolean;
  readonly #maxWriteBytes: number;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Whether a write or a second try is on its way. */
  #isBusy = false;
  /** Whether the first of what waits is being written by another thread. */
  #isInFlight = false;
  /** Whether the first of what waits is the rest of what was written in part. */
  #isRest = false;
  /** Whether what was written last is a part of a line whose rest was dropped: what comes next begins a line. */
  #isTorn = false;
  #droppedLines = 0;

  constructor({ fd, neverWaits, maxWriteBytes }: Descriptor) {
    this.#fd = fd;
    this.#neverWaits = neverWaits;
    this.#maxWriteBytes = maxWriteBytes;
  }

  /** Lines that could not be written. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** @param bytes whole lines; are kept */
  write(bytes: Buffer): void {
    this.#keep(bytes);
    if (!this.#isBusy) {
      this.#writeOn();
    }
  }

  /** Writes all that waits, and these after it, now: for the end of the process. @param bytes whole lines; may be none */
  flushSync(bytes: Buffer): void {
    this.#keep(bytes);
    const inFlight = this.#isInFlight ? this.#waiting.shift() : undefined;
    let left = this.#waitingBytes;
    let deadline = performance.now() + LAST_MS;
    while (this.#writeNow(Number.POSITIVE_INFINITY) === 'full') {
      if (this.#waitingBytes < left) {
        left = this.#waitingBytes;
        deadline = performance.now() + LAST_MS;
      } else if (performance.now() > deadline) {
        this.#dropAll();
        break;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
    if (inFlight !== undefined) {
      this.#waiting.unshift(inFlight);
    }
  }

  #keep(bytes: Buffer): void {
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#droppedLines += linesIn(bytes);
      return;
    }
    this.#waitingBytes += bytes.length;
    const last = this.#waiting.at(-1);
    // The first may be on its way. What waits for long came little by little, and would be tens of thousands of pieces.
    if (last !== undefined && this.#waiting.length > 1 && last.length + bytes.length <= this.#maxWriteBytes) {
      this.#waiting[this.#waiting.length - 1] = Buffer.concat([last, bytes]);
    } else {
      this.#waiting.push(...inPieces(bytes, this.#maxWriteBytes));
    }
  }

  #writeOn(): void {
    if (!this.#neverWaits) {
      this.#writeByThread();
      return;
    }
    const written = this.#writeNow(TURN_BYTES);
    this.#isBusy = written !== 'all';
    if (written === 'full') {
      this.#writeOnLater();
    } else if (written === 'some') {
      setImmediate(() => this.#writeOn());
    }
  }

  /** Another thread waits for it: a disk may be slow, and what processes share may be set to wait. To hand it the bytes costs more than to write them. */
  #writeByThread(): void {
    const bytes = this.#first();
    this.#isBusy = bytes !== undefined;
    if (bytes === undefined) {
      return;
    }
    this.#isInFlight = true;
    write(this.#fd, bytes, (error, written) => {
      this.#isInFlight = false;
      if (error !== null && isTransient(error)) {
        this.#writeOnLater();
        return;
      }
      this.#settle(error === null ? written : undefined);
      this.#writeOn();
    });
  }

  #writeOnLater(): void {
    setTimeout(() => this.#writeOn(), RETRY_MS).unref();
  }

  /**
   * @param maxBytes after which it stops
   * @returns how much of what waits is written now; `full`: the reader has to catch up
   */
  #writeNow(maxBytes: number): 'all' | 'some' | 'full' {
    let left = maxBytes;
    for (let bytes = this.#first(); bytes !== undefined; bytes = this.#first()) {
      if (left <= 0) {
        return 'some';
      }
      left -= bytes.length;
      try {
        this.#settle(writeSync(this.#fd, bytes));
      } catch (error) {
        if (isTransient(error)) {
          return 'full';
        }
        this.#settle(undefined);
      }
    }
    return 'all';
  }

  #first(): Buffer | undefined {
    const [bytes] = this.#waiting;
    if (bytes === undefined || !this.#isTorn) {
      return bytes;
    }
    this.#isTorn = false;
    const begun = Buffer.concat([Buffer.from([LINE_BREAK]), bytes]);
    this.#waiting[0] = begun;
    this.#waitingBytes += 1;
    return begun;
  }

  /** @param written bytes of the first of what waits; undefined where it cannot be written */
  #settle(written: number | undefined): void {
    const bytes = this.#waiting.shift();
    if (bytes === undefined) {
      return;
    }
    if (written === undefined) {
      this.#waitingBytes -= bytes.length;
      this.#droppedLines += linesIn(bytes);
      this.#isTorn = this.#isRest || bytes[0] === LINE_BREAK;
      this.#isRest = false;
      return;
    }
    this.#waitingBytes -= written;
    this.#isRest = written < bytes.length;
    if (this.#isRest) {
      this.#waiting.unshift(bytes.subarray(written));
    }
  }

  #dropAll(): void {
    for (const bytes of this.#waiting.splice(0)) {
      this.#droppedLines += linesIn(bytes);
    }
    this.#waitingBytes = 0;
  }
}

/** @param lines whole ones */
function inPieces(lines: Buffer, maxBytes: number): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  while (from < lines.length) {
    const last = lines.lastIndexOf(LINE_BREAK, from + maxBytes - 1);
    const end = last < from ? lines.indexOf(LINE_BREAK, from + maxBytes) : last;
    const piece = lines.subarray(from, end === -1 ? lines.length : end + 1);
    pieces.push(piece);
    from += piece.length;
  }
  return pieces;
}

/** Whether its reader, or what it stands on, may take it a moment later. */
function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}

/** A line break at the beginning ends a line that was counted before. */
function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_BREAK, 1); at !== -1; at = bytes.indexOf(LINE_BREAK, at + 1)) {
    lines += 1;
  }
  return lines;
}
