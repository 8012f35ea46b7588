/** Where log lines go before they are written: a write a line costs more than the request that it tells of. */

import { fstatSync } from 'node:fs';
import { destination } from 'pino';

/** How long a line may wait for others. */
const FLUSH_MS = 100;
/** What is written at once, in bytes. */
const WRITE_BYTES = 65_536;
/** What a pipe takes whole: the lines of several processes that share one are not mixed. In bytes. */
const PIPE_WRITE_BYTES = 4_096;
/** Bytes that a UTF-16 code unit takes at most in UTF-8. */
const MAX_BYTES_A_UNIT = 3;
/** Where nobody reads the log, lines past this are dropped: a gateway serves on. In bytes. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface LineOutput {
  /** Is given bytes, and keeps them. Text is named because pino's types know nothing else of its outputs, whatever their `contentMode`. */
  write(bytes: Buffer | string): unknown;
  flushSync(): void;
}

/** Lines on their way to standard output, whole, within 100 ms, and at the process's end. */
export class LineGatherer {
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

  /** @param line with its line break */
  write(line: string): void {
    if (this.#length + line.length * MAX_BYTES_A_UNIT > this.#maxBytes) {
      this.#writeAtTheEnd(line);
      return;
    }
    this.#length += this.#gathered.write(line, this.#length);
    this.#timer ??= setTimeout(() => this.handOn(), FLUSH_MS).unref();
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
    if (this.#length < this.#maxBytes / 2) {
      return Buffer.from(bytes);
    }
    this.#gathered = Buffer.allocUnsafeSlow(this.#maxBytes);
    return bytes;
  }

  /** A line that may not fit any more. */
  #writeAtTheEnd(line: string): void {
    this.handOn();
    if (line.length * MAX_BYTES_A_UNIT > this.#maxBytes) {
      this.#output.write(Buffer.from(line));
    } else {
      this.write(line);
    }
  }
}

/** The process's, made when it is first asked for. */
let toStandardOutput: LineGatherer | undefined;

/** To standard output: one for all of a process's gateways, so that their lines are not mixed and end with it once. */
export function standardOutput(): LineGatherer {
  toStandardOutput ??= openStandardOutput();
  return toStandardOutput;
}

function openStandardOutput(): LineGatherer {
  const maxBytes = isPipe(process.stdout.fd) ? PIPE_WRITE_BYTES : WRITE_BYTES;
  // pino's own output could gather lines too, but encodes all of them twice where it is given text.
  const output = destination({
    fd: process.stdout.fd,
    sync: false,
    contentMode: 'buffer',
    maxWrite: maxBytes,
    maxLength: MAX_WAITING_BYTES,
  });
  const lines = new LineGatherer(output, maxBytes);
  // Before the output's own, which closes it.
  process.prependListener('beforeExit', () => lines.handOn());
  process.prependListener('exit', () => lines.flushSync());
  return lines;
}

function isPipe(fd: number): boolean {
  const found = fstatSync(fd);
  return found.isFIFO() || found.isSocket();
}
