import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CodeProcess, startCode } from '../support/code-process.js';
import { until } from '../support/until.js';

const MODULE = new URL('../../dist/telemetry/descriptor-output.js', import.meta.url).href;

/** What writes do, one after the other: a number of bytes taken, or the code of an error; all that they are given where none is left. */
const scripted = vi.hoisted(() => ({
  results: [] as (number | string)[],
  written: '',
  pieces: [] as string[],
}));
vi.mock('node:fs', async (original) => {
  type Done = (error: Error | null, written: number) => void;
  const fs = await original<typeof import('node:fs')>();
  const write = (_: number, bytes: Buffer, done: Done): void => {
    setImmediate(() => {
      scripted.pieces.push(String(bytes));
      const result = scripted.results.shift() ?? bytes.length;
      if (typeof result === 'string') {
        done(Object.assign(new Error(result), { code: result }), 0);
        return;
      }
      scripted.written += bytes.subarray(0, result);
      done(null, result);
    });
  };
  return { ...fs, write };
});
const { DescriptorOutput } = await import('../../src/telemetry/descriptor-output.js');

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) {
    close();
  }
});

/** A process whose standard output is `stdout`. @param code has `output` and `line(index)`, a line of 100 bytes */
function start(stdout: number | 'pipe', code: string): CodeProcess {
  return startCode(
    stdout,
    `import { DescriptorOutput } from ${JSON.stringify(MODULE)};
     const output = new DescriptorOutput({ fd: process.stdout.fd, neverWaits: false, maxWriteBytes: 4096 });
     const line = (index) => Buffer.from(String(index).padEnd(99) + '\\n');
     process.on('exit', () => { output.flushSync(Buffer.alloc(0)); console.error('dropped ' + output.droppedLines); });
     ${code}`,
  );
}

const linesUpTo = (count: number) =>
  Array.from({ length: count }, (_, index) => `${String(index).padEnd(99)}\n`).join('');

describe('a disk that is full', () => {
  it('ends neither the process nor its end; what is lost is counted', async () => {
    const full = openSync('/dev/full', 'w');
    open.push(() => closeSync(full));
    const { child, errors } = start(
      full,
      `for (let index = 0; index < 10; index += 1) output.write(line(index));
       setTimeout(() => { output.write(line(10)); setTimeout(() => process.exit(7), 300); }, 200);`,
    );
    expect(await once(child, 'close')).toEqual([7, null]);
    expect(errors()).toBe('dropped 11\n');
  });

  it('takes lines again once it has room, and a torn line has its own end', async () => {
    scripted.results = [4, 'ENOSPC', 'ENOSPC'];
    scripted.written = '';
    const output = new DescriptorOutput({ fd: -1, neverWaits: false, maxWriteBytes: 13 });
    output.write(Buffer.from('first\nsecond\n'));
    output.write(Buffer.from('third line\n'));
    output.write(Buffer.from('fourth line\n'));
    output.write(Buffer.from('fifth line\n'));
    await until('all were tried', () => expect(scripted.written).toBe('firs\nfourth line\nfifth line\n'));
    expect(output.droppedLines).toBe(3);
  });
});

describe('lines', () => {
  it('are written in pieces of whole lines, and a longer one by itself', async () => {
    scripted.pieces = [];
    const output = new DescriptorOutput({ fd: -1, neverWaits: false, maxWriteBytes: 10 });
    output.write(Buffer.from('1234\n6789\n1234567890123\n12\n45\n78\n'));
    output.write(Buffer.from('123456789\n'));
    output.write(Buffer.from('1234567890\n'));
    await until('all are written', () =>
      expect(scripted.pieces).toEqual([
        '1234\n6789\n',
        '1234567890123\n',
        '12\n45\n78\n',
        '123456789\n',
        '1234567890\n',
      ]),
    );
  });
});

describe('lines that wait', () => {
  it('are written together', async () => {
    scripted.pieces = [];
    const output = new DescriptorOutput({ fd: -1, neverWaits: false, maxWriteBytes: 10 });
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']) {
      output.write(Buffer.from(line));
    }
    await until('all are written', () =>
      expect(scripted.pieces).toEqual(['one\n', 'two\nthree\n', 'four\nfive\n']),
    );
  });
});

describe('a file', () => {
  it('has every line in its order, those of the last moment too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-log-'));
    open.push(() => rmSync(folder, { recursive: true }));
    const file = openSync(join(folder, 'log'), 'w');
    open.push(() => closeSync(file));
    const { child, errors } = start(
      file,
      'for (let index = 0; index < 5000; index += 1) output.write(line(index));',
    );
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(linesUpTo(5_000));
    expect(errors()).toBe('dropped 0\n');
  });
});

describe('a reader', () => {
  it('that is slow gets every line in its order', async () => {
    const { child, errors } = start(
      'pipe',
      'for (let index = 0; index < 5000; index += 1) output.write(line(index)); setTimeout(() => {}, 1500);',
    );
    await sleep(300);
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(text).toBe(linesUpTo(5_000));
    expect(errors()).toBe('dropped 0\n');
  });

  it('that has stopped holds up neither the process nor its end for long, and lines past 16 MiB are dropped', async () => {
    const { child, errors } = start(
      'pipe',
      `for (let index = 0; index < 200_000; index += 1) output.write(line(index));
       console.error('goes on');
       process.exit(0);`,
    );
    const closed = once(child, 'close');
    await until('it goes on', () => expect(errors()).toContain('goes on'));
    const toldAt = performance.now();
    await until('it has ended', () => expect(errors()).toMatch(/dropped \d+/));
    expect(performance.now() - toldAt).toBeLessThan(3_000);
    // What the pipe itself holds is some 64 KB.
    expect(Number(/dropped (\d+)/.exec(errors())?.[1])).toBeGreaterThan(190_000);
    await closed;
  });

  it('that has gone ends nothing', async () => {
    const { child, errors } = start('pipe', 'setTimeout(() => output.write(line(0)), 300);');
    child.stdout?.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('it is counted', () => expect(errors()).toBe('dropped 1\n'));
  });
});
