/** The file of rows that could not be loaded: one JSON object a line, with the reason and the row as it stands in its table. */

import { type FileHandle, open } from 'node:fs/promises';

/** A row that was not loaded. */
export interface RejectedRow {
  readonly file: string;
  /** Counted from 1, without a header and blank lines. */
  readonly row: number;
  readonly reason: string;
  readonly content: string;
}

/** Rows hold personal data: the file is for its owner alone. */
const MODE = 0o600;

export class RejectsFile {
  readonly #handle: FileHandle;
  #size: number;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /**
   * @param keptBytes what of it a load that is gone on with had written when its checkpoint was; 0 begins anew
   * @throws what the file system says
   */
  static async open(file: string, keptBytes: number): Promise<RejectsFile> {
    const handle = await open(file, keptBytes === 0 ? 'w' : 'r+', MODE);
    await handle.truncate(keptBytes);
    return new RejectsFile(handle, keptBytes);
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  async add(rows: readonly RejectedRow[]): Promise<void> {
    const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await this.#handle.write(bytes, 0, bytes.length, this.#size);
    this.#size += bytes.length;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
