import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startCode } from '../support/code-process.js';
import { endWithThisProcess } from '../support/orphan-guard.js';
import { makePipe } from '../support/pipe.js';
import { until } from '../support/until.js';

const MODULE = new URL('../../dist/telemetry/standard-output.js', import.meta.url).href;
/** Some of them make a pipe, which holds 64 KB, overflow many times. */
const LINES = 20_000;
const ROUNDS = 400;
/** Each of them handed on by itself. */
const SINGLE_LINES = 60_000;

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) {
    close();
  }
});

/** A process that logs to `stdout`. @param code has `lines`; `write(count, name)`, which writes lines of 100 bytes; and `watchTurns()` */
function start(stdout: number | Socket | 'pipe', code: string) {
  const started = startCode(
    stdout,
    `import { droppedLines, standardOutput } from ${JSON.stringify(MODULE)};
     const lines = standardOutput();
     const write = (count, name = 'line') => {
       for (let index = 0; index < count; index += 1) lines.write((name + ' ' + index).padEnd(99) + '\\n');
     };
     let slowest = 0;
     const watchTurns = () => {
       let before = performance.now();
       setInterval(() => {
         const now = performance.now();
         slowest = Math.max(slowest, Math.round(now - before));
         before = now;
       }, 10).unref();
     };
     process.on('exit', () => console.error('slowest ' + slowest + ' dropped ' + droppedLines()));
     ${code}`,
  );
  return {
    ...started,
    /** What it tells at its end: the longest turn of its event loop in milliseconds, and lines that it could not write. */
    told: (name: 'slowest' | 'dropped' | 'rounds') =>
      Number(new RegExp(`${name} (\\d+)`).exec(started.errors())?.[1]),
  };
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
  const { writeEnd, read } = makePipe();
  return { writeEnd, closeWriteEnd: () => closeSync(writeEnd), ...readingFrom(read) };
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
  return { writeEnd, closeWriteEnd: () => writeEnd.destroy(), ...readingFrom(() => reader) };
}

function readingFrom(begin: () => Socket): Pick<Shared<never>, 'read' | 'leave'> {
  return {
    async read() {
      const reader = begin();
      open.push(() => reader.destroy());
      let text = '';
      reader.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      reader.resume();
      await once(reader, 'end');
      return text;
    },
    async leave() {
      const reader = begin().destroy();
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
  it('whose reader is slow has every line in its order, long ones too', async () => {
    const { writeEnd, closeWriteEnd, read } = sharedPipe();
    const { child, told } = start(
      writeEnd,
      `write(${LINES}); lines.write('x'.repeat(300_000) + '\\n'); write(5); setTimeout(() => {}, 2000);`,
    );
    closeWriteEnd();
    await sleep(500);
    const [text] = await Promise.all([read(), once(child, 'close')]);
    expect(text).toBe([...linesOf(LINES), `${'x'.repeat(300_000)}\n`, ...linesOf(5)].join(''));
    expect(told('dropped')).toBe(0);
  });

  it('that nobody reads holds up nothing, though another process has set it to wait', async () => {
    const { writeEnd, closeWriteEnd, read } = sharedPipe();
    const endFirst = await startFirst(writeEnd);
    const { child, errors, told } = start(
      writeEnd,
      `watchTurns();
       let rounds = 0;
       setInterval(() => { write(20); rounds += 1; }, 10);
       setTimeout(() => { console.error('rounds ' + rounds); process.exit(); }, 3000);
       console.error('runs');`,
    );
    await until('it runs', () => expect(errors()).toContain('runs'));
    await endFirst();
    closeWriteEnd();
    await until('it has ended', () => expect(told('dropped')).toBeGreaterThan(1_000));
    // 64 KB are full after half a second.
    expect(told('slowest')).toBeLessThan(1_000);
    const [text] = await Promise.all([read(), child.exitCode ?? once(child, 'close')]);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).toHaveLength((text.match(/\n/g)?.length ?? 0) * 100);
    expect(told('dropped')).toBe(told('rounds') * 20 - text.length / 100);
  });

  it('whose reader comes back takes what has waited, a little at a time, between requests', async () => {
    const { writeEnd, closeWriteEnd, read } = sharedPipe();
    const { child, errors, told } = start(
      writeEnd,
      `for (let index = 0; index < ${SINGLE_LINES}; index += 1) {
         lines.write(('line ' + index).padEnd(99) + '\\n');
         lines.handOn();
       }
       watchTurns();
       console.error('waits');
       setTimeout(() => {}, 4000);`,
    );
    closeWriteEnd();
    await until('it waits', () => expect(errors()).toContain('waits'));
    const [text] = await Promise.all([read(), once(child, 'close')]);
    expect(text).toBe(linesOf(SINGLE_LINES).join(''));
    expect(told('dropped')).toBe(0);
    expect(told('slowest')).toBeLessThan(300);
  });

  it.each([
    ['before it began', 0],
    ['while it ran', 3],
  ])('whose reader has gone %s ends nothing, and what is lost is counted', async (_, linesBefore) => {
    const { writeEnd, closeWriteEnd, leave } = sharedPipe();
    if (linesBefore === 0) {
      await leave();
    }
    const { child, errors, told } = start(
      writeEnd,
      `write(${linesBefore}); lines.handOn(); console.error('runs');
       setTimeout(() => { write(5); lines.handOn(); setTimeout(() => { write(5); }, 300); }, 1000);`,
    );
    closeWriteEnd();
    if (linesBefore > 0) {
      await until('it runs', () => expect(errors()).toContain('runs'));
      await leave();
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('it is counted', () => expect(told('dropped')).toBe(10));
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
      await until('one has ended', () => expect(ending.errors()).toContain('dropped'));
      const [text] = await Promise.all([read(), once(busy.child, 'close'), once(quiet.child, 'close')]);
      const found = text.split(/(?<=\n)/);
      const linesFrom = (name: string) => found.filter((line) => line.startsWith(`${name} `));
      expect(linesFrom('busy')).toEqual([...linesOf(LINES, 'busy'), ...linesOf(LINES, 'busy later')]);
      expect(linesFrom('quiet')).toEqual(Array.from({ length: ROUNDS }, () => linesOf(20, 'quiet')).flat());
      const ended = linesFrom('ending');
      expect(ended).toEqual(linesOf(LINES, 'ending').slice(0, ended.length));
      expect(found).toHaveLength(2 * LINES + 20 * ROUNDS + ended.length);
      expect([busy, quiet].map(({ told }) => told('dropped'))).toEqual([0, 0]);
    },
  );
});
