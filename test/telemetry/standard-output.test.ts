import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { endWithThisProcess } from '../support/orphan-guard.js';
import { makePipe } from '../support/pipe.js';
import { until } from '../support/until.js';

const MODULE = new URL('../../dist/telemetry/standard-output.js', import.meta.url).href;
/** Some of them make a pipe, which holds 64 KB, overflow many times. */
const LINES = 20_000;
const ROUNDS = 400;

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) {
    close();
  }
});

/** A process that logs to `stdout`. @param code has `lines` and `write(count, name)`, which writes lines of 100 bytes */
function start(
  stdout: number | Socket | 'pipe',
  code: string,
): { child: ChildProcess; errors: () => string } {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { droppedLines, standardOutput } from ${JSON.stringify(MODULE)};
       const lines = standardOutput();
       const write = (count, name = 'line') => {
         for (let index = 0; index < count; index += 1) lines.write((name + ' ' + index).padEnd(99) + '\\n');
       };
       process.on('exit', () => console.error('dropped ' + droppedLines()));
       ${code}`,
    ],
    { stdio: ['ignore', stdout, 'pipe'] },
  );
  endWithThisProcess(child);
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return { child, errors: () => text };
}

/** What processes may share as their standard output. */
interface Shared<End> {
  readonly writeEnd: End;
  /** Ends this process's own hold of it. */
  readonly closeWriteEnd: () => void;
  /** All that comes until every process that had it has ended. Nothing is read before. */
  readonly read: () => Promise<string>;
  /** Nobody will read. */
  readonly leave: () => Promise<void>;
}

function sharedPipe(): Shared<number> {
  const { reader, writeEnd } = makePipe();
  return { writeEnd, closeWriteEnd: () => closeSync(writeEnd), ...readingFrom(reader) };
}

/** A Unix socket, as systemd's journal has it. */
async function sharedSocket(): Promise<Shared<Socket>> {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-log-'));
  open.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'socket');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const writeEnd = connect(path);
  const [reader] = await once(server, 'connection');
  server.close();
  return { writeEnd, closeWriteEnd: () => writeEnd.destroy(), ...readingFrom(reader) };
}

function readingFrom(reader: Socket): Pick<Shared<never>, 'read' | 'leave'> {
  open.push(() => reader.destroy());
  return {
    async read() {
      let text = '';
      reader.on('data', (chunk) => {
        text += chunk;
      });
      reader.resume();
      await once(reader, 'end');
      return text;
    },
    async leave() {
      reader.destroy();
      await once(reader, 'close');
    },
  };
}

/**
 * Another process that has the same standard output. Node sets it as it was when it ends: so that writes wait, where it was the first.
 * @returns ends it
 */
async function startFirst(stdout: number): Promise<() => Promise<unknown>> {
  const child = spawn(
    process.execPath,
    ['-e', 'process.stdout.fd; process.on("message", () => process.exit()); process.send("runs");'],
    { stdio: ['ignore', stdout, 'ignore', 'ipc'] },
  );
  endWithThisProcess(child);
  await once(child, 'message');
  return () => {
    child.send('end');
    return once(child, 'exit');
  };
}

const linesOf = (count: number, name = 'line') =>
  Array.from({ length: count }, (_, index) => `${`${name} ${index}`.padEnd(99)}\n`);

describe('standard output', () => {
  it.each([
    ['its code ends', ''],
    ['it is told to exit', 'process.exit(0);'],
    ['it fails', 'process.on("uncaughtException", () => process.exit(1)); throw new Error("x");'],
  ])('has every line of a process when %s', async (_, end) => {
    const { child } = start('pipe', `write(5000); ${end}`);
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    await once(child, 'close');
    expect(text).toBe(linesOf(5_000).join(''));
  });
});

describe('a pipe', () => {
  it('whose reader is slow has every line in its order', async () => {
    const { writeEnd, closeWriteEnd, read } = sharedPipe();
    const { child, errors } = start(writeEnd, `write(${LINES}); setTimeout(() => {}, 2000);`);
    closeWriteEnd();
    await sleep(500);
    const [text] = await Promise.all([read(), once(child, 'close')]);
    expect(text).toBe(linesOf(LINES).join(''));
    expect(errors()).toBe('dropped 0\n');
  });

  it('that nobody reads holds up nothing, though another process has set it to wait', async () => {
    const { writeEnd, closeWriteEnd, read } = sharedPipe();
    const endFirst = await startFirst(writeEnd);
    const { child, errors } = start(
      writeEnd,
      `let slowest = 0;
       let before = performance.now();
       let rounds = 0;
       setInterval(() => {
         const now = performance.now();
         slowest = Math.max(slowest, now - before);
         before = now;
         write(20);
         rounds += 1;
       }, 10);
       setTimeout(() => { console.error('slowest ' + Math.round(slowest), 'rounds ' + rounds); process.exit(); }, 3000);
       console.error('runs');`,
    );
    await until('it runs', () => expect(errors()).toContain('runs'));
    await endFirst();
    closeWriteEnd();
    await until('it has ended', () => expect(errors()).toMatch(/dropped \d+/));
    const told = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(errors())?.[1]);
    // 64 KB are full after half a second.
    expect(told('slowest')).toBeLessThan(1_000);
    const [text] = await Promise.all([read(), child.exitCode ?? once(child, 'close')]);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).toHaveLength((text.match(/\n/g)?.length ?? 0) * 100);
    expect(told('dropped')).toBeGreaterThan(1_000);
    expect(told('dropped')).toBe(told('rounds') * 20 - text.length / 100);
  });

  it('whose reader has gone ends nothing, and what is lost is counted', async () => {
    const { writeEnd, closeWriteEnd, leave } = sharedPipe();
    await leave();
    const { child, errors } = start(writeEnd, 'write(5); setTimeout(() => write(5), 300);');
    closeWriteEnd();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('it is counted', () => expect(errors()).toBe('dropped 10\n'));
  });
});

describe('what several processes share', () => {
  it.each<[string, () => Shared<number | Socket> | Promise<Shared<number | Socket>>]>([
    ['a pipe', sharedPipe],
    ['a socket', sharedSocket],
  ])(
    'as %s has whole lines alone when one process ends while it is full, and all of the others',
    async (_, make) => {
      const { writeEnd, closeWriteEnd, read } = await make();
      const ending = start(writeEnd, `write(${LINES}, 'ending'); process.exit(0);`);
      const busy = start(
        writeEnd,
        `write(${LINES}, 'busy'); setTimeout(() => write(${LINES}, 'busy later'), 2500); setTimeout(() => {}, 5000);`,
      );
      // What is written little by little leaves room for a part of what others write at once.
      const quiet = start(
        writeEnd,
        `let left = ${ROUNDS};
       const timer = setInterval(() => { write(20, 'quiet'); (left -= 1) || clearInterval(timer); }, 10);`,
      );
      closeWriteEnd();
      await until('one has ended', () => expect(ending.errors()).toMatch(/dropped \d+/));
      const [text] = await Promise.all([read(), once(busy.child, 'close'), once(quiet.child, 'close')]);
      const found = text.split(/(?<=\n)/);
      const linesFrom = (name: string) => found.filter((line) => line.startsWith(`${name} `));
      expect(linesFrom('busy')).toEqual([...linesOf(LINES, 'busy'), ...linesOf(LINES, 'busy later')]);
      expect(linesFrom('quiet')).toEqual(Array.from({ length: ROUNDS }, () => linesOf(20, 'quiet')).flat());
      const ended = linesFrom('ending');
      expect(ended).toEqual(linesOf(LINES, 'ending').slice(0, ended.length));
      expect(found).toHaveLength(2 * LINES + 20 * ROUNDS + ended.length);
      expect([busy, quiet].map(({ errors }) => errors())).toEqual(['dropped 0\n', 'dropped 0\n']);
    },
  );
});
