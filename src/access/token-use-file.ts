/** The day of each access token's last use, kept in a file so that unused ones can be found and revoked. */

import { readFile, rename, writeFile } from 'node:fs/promises';

const MS_A_DAY = 86_400_000;
const MS_A_MINUTE = 60_000;

export interface TokenUseFile {
  /** Writes what is new, now. */
  flush(): Promise<void>;
  /** Flushes, and stops. */
  close(): Promise<void>;
}

export interface TokenUseFileOptions {
  /** Its path. Several gateways may share it: the later day wins. */
  readonly file: string;
  /** Days since 1970 by the name of the token. */
  readonly uses: () => ReadonlyMap<string, number>;
  /** Told when it cannot be written. */
  readonly onFailure: () => void;
}

/** Writes the file once a minute, where there is something new. Never on a request's way. */
export function keepTokenUseFile({ file, uses, onFailure }: TokenUseFileOptions): TokenUseFile {
  let written = '';
  const flush = async () => {
    const days = textOf(uses());
    if (days === written) {
      return;
    }
    try {
      const merged = mergeDays(await readTokenUse(file), uses());
      const next = `${file}.${process.pid}.new`;
      await writeFile(next, `${textOf(merged)}\n`);
      await rename(next, file);
      written = days;
    } catch {
      onFailure();
    }
  };
  const timer = setInterval(flush, MS_A_MINUTE).unref();
  return {
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** @returns days since 1970 by the name of the token; none where there is no such file, or it is something else */
export async function readTokenUse(file: string): Promise<ReadonlyMap<string, number>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return new Map();
  }
  const days = new Map<string, number>();
  for (const [name, day] of Object.entries(typeof content === 'object' && content !== null ? content : {})) {
    const time = typeof day === 'string' ? Date.parse(day) : Number.NaN;
    if (Number.isFinite(time)) {
      days.set(name, Math.floor(time / MS_A_DAY));
    }
  }
  return days;
}

/** `2026-11-23`. */
export function formatDay(day: number): string {
  return new Date(day * MS_A_DAY).toISOString().slice(0, 10);
}

function mergeDays(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): Map<string, number> {
  const merged = new Map(one);
  for (const [name, day] of other) {
    merged.set(name, Math.max(day, one.get(name) ?? day));
  }
  return merged;
}

function textOf(days: ReadonlyMap<string, number>): string {
  const lines = Array.from(days, ([name, day]) => [name, formatDay(day)] as const).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return JSON.stringify(Object.fromEntries(lines), undefined, 2);
}
