/** A file, or standard input, as bytes: unpacked where it is packed, and counted as they are read. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TableError } from './table-error.js';

/** Names standard input. */
export const STANDARD_INPUT = '-';

/** Rows of one piece live together: small pieces keep the young generation cheap. */
const READ_BYTES = 64 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from('PAR1');
/** How much of its beginning tells an input from another one. */
const HEAD_BYTES = 64 * 1024;

/** What tells an input from another one: a checkpoint is good for one alone. */
export interface Fingerprint {
  readonly name: string;
  /** In bytes, as it lies there; 0 for standard input. */
  readonly size: number;
  /** SHA-256 of its first 64 KiB, in hex. */
  readonly head: string;
}

export interface Input {
  readonly fingerprint: Fingerprint;
  readonly isParquet: boolean;
  /** Part of it that was read, 0 to 1; undefined where nobody knows how much there is. */
  readonly progress: () => number | undefined;
  /** What is in it, unpacked. @throws TableError where it cannot be read */
  readonly bytes: () => AsyncIterable<Buffer>;
  /** Its name without `.gz`. */
  readonly bareName: string;
}

/**
 * @param name a path, or {@link STANDARD_INPUT}
 * @param stdin what is read for the latter
 * @throws TableError that names it, when there is no such file, or it cannot be read
 */
export async function openInput(name: string, stdin: Readable): Promise<Input> {
  try {
    return await (name === STANDARD_INPUT ? openStream(name, stdin) : openFile(name));
  } catch (error) {
    throw error instanceof TableError ? new TableError(`${titleOf(name)}: ${error.message}`) : error;
  }
}

/** What messages call an input. */
export function titleOf(name: string): string {
  return name === STANDARD_INPUT ? 'standard input' : name;
}

async function openFile(file: string): Promise<Input> {
  const { head, size } = await readable(() => readHead(file));
  return inputOf(file, size, head, () => createReadStream(file, { highWaterMark: READ_BYTES }));
}

async function openStream(name: string, stdin: Readable): Promise<Input> {
  const pieces = stdin[Symbol.asyncIterator]();
  const begin: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { value, done } = await pieces.next();
    if (done) {
      break;
    }
    begin.push(Buffer.from(value));
    length += value.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* begin.splice(0);
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      yield next.value;
    }
  }
  return inputOf(name, 0, Buffer.concat(begin).subarray(0, HEAD_BYTES), all);
}

function inputOf(name: string, size: number, head: Buffer, read: () => AsyncIterable<Buffer>): Input {
  let bytesRead = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of read()) {
      bytesRead += piece.length;
      yield piece;
    }
  }
  const isGzip = head.subarray(0, GZIP.length).equals(GZIP);
  return {
    fingerprint: { name, size, head: createHash('sha256').update(head).digest('hex') },
    isParquet: head.subarray(0, PARQUET.length).equals(PARQUET),
    progress: () => (size === 0 ? undefined : bytesRead / size),
    bytes: () => explained(isGzip ? unpacked(counted()) : counted()),
    bareName: name.replace(/\.gz$/i, ''),
  };
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  const feeding = feed(packed, gunzip);
  // Waited for below; until then its failure is the stream's.
  feeding.catch((error: Error) => gunzip.destroy(error));
  yield* gunzip;
  await feeding;
}

async function feed(packed: AsyncIterable<Buffer>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const piece of packed) {
    if (!gunzip.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          gunzip.off('drain', go).off('close', go);
          resolve();
        };
        gunzip.on('drain', go).on('close', go);
      });
    }
    if (gunzip.destroyed) {
      return;
    }
  }
  gunzip.end();
}

async function* explained(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = bytes[Symbol.asyncIterator]();
  try {
    for (
      let next = await readable(() => pieces.next());
      !next.done;
      next = await readable(() => pieces.next())
    ) {
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
}

async function readHead(file: string): Promise<{ head: Buffer; size: number }> {
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await handle.close();
  }
}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new TableError(explain(error instanceof Error && 'code' in error ? String(error.code) : 'unknown'));
  }
}

function explain(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'it does not exist: check its name';
    case 'EISDIR':
      return 'it is a folder: name the files in it';
    case 'EACCES':
      return 'this user may not read it';
    case 'Z_BUF_ERROR':
      return 'its gzip data ends too early: is the file whole?';
    case 'Z_DATA_ERROR':
      return 'its gzip data is damaged';
    default:
      return `it cannot be read (${code})`;
  }
}
