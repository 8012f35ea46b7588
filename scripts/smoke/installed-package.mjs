/** What a user does first with the installed package. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { plainEnvironment, run } from './run.mjs';

const START_MS = 20_000;
const STOP_MS = 10_000;
const POLL_MS = 50;

export async function saysItsVersion(folder, version) {
  assert.equal(
    (await run('npx', ['--no-install', 'activation-gateway', '--version'], folder)).trim(),
    version,
  );
}

/** What its package.json says of its files, as bundlers and older tools read it. */
export async function isDescribed(folder) {
  const { messages, pkg } = await publint({
    pkgDir: join(folder, 'node_modules/activation-gateway'),
    pack: false,
  });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
}

/** The demo, the curl line that it prints, and Ctrl-C. */
export async function answersTheDemo(folder) {
  const port = await freePort();
  const demo = spawn('npx', ['--no-install', 'activation-gateway', 'demo'], {
    cwd: folder,
    env: { ...plainEnvironment(), PORT: String(port) },
    // A group of its own, as in a terminal: Ctrl-C tells npx and the gateway.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(demo, 'exit');
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  try {
    const line = await until(
      'the demo prints a curl line',
      () => /^curl .*$/m.exec(output)?.[0],
      START_MS,
      () => output,
    );
    assert.match(await run('sh', ['-c', line], folder), /"FIRST_NAME":"Ada"/);
    process.kill(-demo.pid, 'SIGINT');
    await until(
      'the demo stops',
      () => isClosed(port),
      STOP_MS,
      () => output,
    );
    await ended;
  } finally {
    try {
      process.kill(-demo.pid, 'SIGKILL');
    } catch {
      // All of the group have ended.
    }
  }
}

const CONFIGURATION = `destinations:
  - id: 2XkZr9qTn0aLw5cVb7dQe1mYp3s
    workspaceId: 2Wk0aBcDeFgHiJkLmNoPqRsTuV
    type: REDIS
    config: { address: "127.0.0.1:1" }
server: { host: 127.0.0.1, port: 0 }
`;

/** The same text is run, and held to the types. */
const EMBEDDING = `import { createGateway, parseConfig } from 'activation-gateway';

const gateway = createGateway({ config: parseConfig(${JSON.stringify(CONFIGURATION)}, {}) });
const { port } = await gateway.listen();
const answer = await fetch(\`http://127.0.0.1:\${port}/healthz\`);
console.log(answer.status, await answer.text());
await gateway.close();
`;

export async function isImported(folder) {
  await writeFile(join(folder, 'embedding.mjs'), EMBEDDING);
  const output = await run(process.execPath, ['embedding.mjs'], folder);
  assert.match(output, /200 \{"status":"up"\}/);
}

/** Compiled as a user's code is, but for one thing: what is wrong in the package's own types is not skipped. */
export async function hasTypes(folder, repository) {
  await writeFile(join(folder, 'embedding.mts'), EMBEDDING);
  await writeFile(join(folder, 'misuse.mts'), `${EMBEDDING}gateway.listen('there');\n`);
  const complaints = await compile(['embedding.mts']);
  assert.deepEqual(complaints, []);
  assert.match((await compile(['misuse.mts'])).join('\n'), /^misuse\.mts\(\d+,\d+\): error TS/m);

  async function compile(files) {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023'];
    const nodeTypes = ['--types', 'node', '--typeRoots', join(repository, 'node_modules/@types')];
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    const lines = await run(process.execPath, [compiler, ...options, ...nodeTypes, ...files], folder).then(
      () => '',
      (error) => error.message,
    );
    // Other packages' types are not ours to hold: they may ask for browsers, or for a newer TypeScript.
    return lines.split('\n').filter((line) => /^(node_modules\/activation-gateway|\w+\.mts)/.test(line));
  }
}

async function until(what, look, limitMs, told) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found) {
      return found;
    }
    assert.ok(performance.now() < deadline, `Not within ${limitMs} ms: ${what}. It said:\n${told()}`);
    await sleep(POLL_MS);
  }
}

function isClosed(port) {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => false,
    () => true,
  );
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
