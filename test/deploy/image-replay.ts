/**
 * What a Dockerfile would build, in folders instead of images: where no Docker engine runs, its steps are still its own. Left out are
 * the image that it builds on, whose place this machine's Node takes, and what the last stage removes from that image.
 */

import { execFile } from 'node:child_process';
import { chmod, cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type DockerStage, ROOT } from './dockerfile.js';

const run = promisify(execFile);
const SECRET_FREE = ['HOME', 'PATH', 'npm_config_cache', 'npm_config_userconfig'];

/** @returns the folder that is `/` of the last stage; nothing in it can be written to */
export async function replay(stages: readonly DockerStage[], folder: string): Promise<string> {
  await chmod(folder, 0o755);
  const roots = new Map<string, string>();
  let root = '';
  for (const [index, stage] of stages.entries()) {
    root = join(folder, `stage-${index}`);
    await mkdir(root);
    const [, name = String(index)] = / AS (\S+)$/i.exec(stage[0]?.text ?? '') ?? [];
    roots.set(name, root);
    await replayStage(stage, root, roots, index === stages.length - 1);
  }
  await run('chmod', ['-R', 'a-w,a+rX', root]);
  return root;
}

async function replayStage(
  stage: DockerStage,
  root: string,
  roots: ReadonlyMap<string, string>,
  isLast: boolean,
): Promise<void> {
  let workdir = root;
  for (const { keyword, text } of stage) {
    if (keyword === 'WORKDIR') {
      workdir = join(root, text);
      await mkdir(workdir, { recursive: true });
    } else if (keyword === 'COPY') {
      await copy(text, roots, workdir);
    } else if (keyword === 'RUN' && !isLast) {
      const kept = Object.entries(process.env).filter(([name]) => SECRET_FREE.includes(name));
      await run('sh', ['-c', text], { cwd: workdir, env: Object.fromEntries(kept) });
    }
  }
}

async function copy(text: string, roots: ReadonlyMap<string, string>, workdir: string): Promise<void> {
  const [, from, paths = ''] = /^(?:--from=(\S+) )?(.+)$/.exec(text) ?? [];
  const names = paths.split(' ');
  const target = names.pop() ?? '';
  for (const name of names) {
    const source = from === undefined ? join(ROOT, name) : join(roots.get(from) ?? '', name);
    const place = target.endsWith('/') ? join(workdir, target, basename(name)) : join(workdir, target);
    await cp(source, place, { recursive: true, verbatimSymlinks: true });
  }
}
