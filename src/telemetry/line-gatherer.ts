/** Where log lines go before they are written: a write a line costs more than the request that it tells of. */

import { fstatSync } from 'node:fs';
import { DescriptorOutput } from './descriptor-output.js';
import type { ByteOutput } from './line-writer.js';

/** How long a line may wait for others. */
const FLUSH_MS = 100;
/** What is written at once, in bytes. */
const WRITE_BYTES = 65_536;
/** What a pipe takes whole: the lines of several processes that share one are not mixed. In bytes. */
const PIPE_WRITE_BYTES = 4_096;
/** Bytes that a UTF-16 code unit takes at most in UTF-8. */
const MAX_BYTES_A_UNIT = 3;

export interface LineOutput {
  /** Lines that were given to it and that could not be written. */
  readonly droppedLines: number;
  /** @param bytes whole lines; are kept */
  write(bytes: Buffer): void;
  /** Writes all that waits, now. */
  flushSync(): void;
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length > 0) {
      const bytes = this.#taken();
      this.#length = 0;
      this.#output.write(bytes);
    }
  }

  /** Writes all that waits, now. */
  flushSync(): void {
    this.handOn();
    this.#output.flushSync();
  }

  /** What is gathered, in memory of its own. A few lines are copied: they would keep room for many for as long as they wait. */
  #taken(): Buffer {
    const bytes = this.#gathered.subarray(0, this.#length);
    const isForOne = this.#gathered.length > this.#maxBytes;
    if (!isForOne && this.#length < this.#maxBytes / 2) {
      return Buffer.from(bytes);
    }
    this.#gathered = Buffer.allocUnsafeSlow(this.#maxBytes);
    return isForOne ? Buffer.from(bytes) : bytes;
  }
}

/** The process's, made when it is first asked for. */
let toStandardOutput: LineGatherer | undefined;

/** To standard output: one for all of a process's gateways, so that their lines are not mixed and end with it once. */
export function standardOutput(): LineGatherer {
  toStandardOutput ??= openStandardOutput();
  return toStandardOutput;
}

/** Lines that this process could not write to standard output. */
export function droppedLines(): number {
  return toStandardOutput?.droppedLines ?? 0;
}

function openStandardOutput(): LineGatherer {
  const { fd } = process.stdout;
  const lines = new LineGatherer(new DescriptorOutput(fd), isPipe(fd) ? PIPE_WRITE_BYTES : WRITE_BYTES);
  process.on('beforeExit', () => lines.handOn());
  process.on('exit', () => lines.flushSync());
  return lines;
}

function isPipe(fd: number): boolean {
  const found = fstatSync(fd);
  return found.isFIFO() || found.isSocket();
}
