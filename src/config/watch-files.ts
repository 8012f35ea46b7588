/** Tells when files have changed, by looking at them: notifications do not come for every kind of mount. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How often the files are looked at. */
const LOOK_MS = 100;
/** Pause for each file that is looked at: a folder of thousands is looked at less often. */
const MS_A_FILE = 0.5;

export interface FileWatch {
  /** Ends it. */
  close(): void;
}

/**
 * Looks at files and folders until it is closed.
 * @param paths asked at every look, and a change when they are others. A folder is watched with the files in it, a link with what
 *   it leads to; what does not exist changes when it comes to be
 * @param onChange is called when a change is over: when two looks find the same, and something else than before. The next look
 *   comes when it is done.
 * @returns when it has looked once: what changes from then on is told
 */
export async function watchFiles(
  paths: () => readonly string[],
  onChange: () => Promise<void>,
): Promise<FileWatch> {
  let told = await appearance(paths());
  let before = told;
  let isClosed = false;
  let timer = setTimeout(look, LOOK_MS);

  async function look(): Promise<void> {
    const now = await appearance(paths());
    const isOver = now === before;
    before = now;
    if (isOver && now !== told) {
      told = now;
      await onChange();
    }
    if (!isClosed) {
      timer = setTimeout(look, Math.max(LOOK_MS, now.split('\n').length * MS_A_FILE));
    }
  }

  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Differs whenever one of the files was written or replaced, or had its link changed. */
async function appearance(paths: readonly string[]): Promise<string> {
  const each = await Promise.all(
    paths.map(async (path) => {
      const inside = (await namesIn(path)).map((name) => join(path, name));
      return Promise.all([path, ...inside].map(appearanceOf));
    }),
  );
  return each.flat().join('\n');
}

async function appearanceOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${path} ${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return `${path} absent`;
  }
}

/** Of a folder; of anything else none. */
async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch {
    return [];
  }
}
