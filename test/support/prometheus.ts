/** A real Prometheus, on a free loopback port, with a folder of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { endWithThisProcess } from './orphan-guard.js';
import { until } from './until.js';

export interface Prometheus {
  /**
   * What its HTTP API tells.
   * @param path after `/api/v1/`
   * @throws where it is refused, with Prometheus' reason
   */
  ask(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

/** @param configuration as `prometheus.yml` has it; relative paths in it are of no use. Resolves when it is ready. */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-prometheus-'));
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, configuration);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endWithThisProcess(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('Prometheus is ready', async () => {
      if (!(await fetch(`${url}/-/ready`)).ok) {
        throw new Error(output);
      }
    });
  } catch (error) {
    await close();
    throw new Error(`Prometheus did not start:\n${output}`, { cause: error });
  }
  return {
    async ask(path, parameters = {}) {
      const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
      const answer = (await response.json()) as { status: string; error?: string; data?: unknown };
      if (answer.status !== 'success') {
        throw new Error(`${answer.error}`);
      }
      return answer.data;
    },
    close,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}
