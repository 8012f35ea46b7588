/** Standard output, as the log writes to it: a file, a terminal, the pipe of a container, or the socket of systemd's journal. */

import { constants, fstatSync, openSync } from 'node:fs';
import { DescriptorOutput } from './descriptor-output.js';
import { LineGatherer } from './line-gatherer.js';

/** What is gathered for a file, and written at once, in bytes. */
const FILE_BYTES = 65_536;
/** The same of a Unix socket: Linux queues so much as one piece, so that lines of several processes that share it are not mixed. */
const SOCKET_BYTES = 32_768;
/** What is gathered for a pipe, in bytes: some half of what it holds, so that there is mostly room. */
const PIPE_BYTES = 32_768;
/** What a pipe takes whole (`PIPE_BUF`), in bytes. Lines of several processes are not mixed, except those that are longer. */
const PIPE_WRITE_BYTES = 4_096;

/** The process's, made when it is first asked for. */
let toStandardOutput: LineGatherer | undefined;

/** To standard output: one for all of a process's gateways, so that their lines are not mixed and end with it once. */
export function standardOutput(): LineGatherer {
  toStandardOutput ??= openStandardOutput();
  return toStandardOutput;
}

/** Lines that this process could not write to standard output. */
export function droppedLines(): number {
  return toStandardOutput?.droppedLines ?? 0;
}

function openStandardOutput(): LineGatherer {
  const lines = linesTo(process.stdout.fd);
  process.on('beforeExit', () => lines.handOn());
  process.on('exit', () => lines.flushSync());
  return lines;
}

function linesTo(fd: number): LineGatherer {
  const found = fstatSync(fd);
  if (found.isFIFO()) {
    const own = openAgain(fd);
    const pipe = { fd: own ?? fd, neverWaits: own !== undefined, maxWriteBytes: PIPE_WRITE_BYTES };
    return new LineGatherer(new DescriptorOutput(pipe), PIPE_BYTES);
  }
  const bytes = found.isSocket() ? SOCKET_BYTES : FILE_BYTES;
  return new LineGatherer(new DescriptorOutput({ fd, neverWaits: false, maxWriteBytes: bytes }), bytes);
}

/**
 * The same pipe by a descriptor whose writes never wait. Whether they do is a property of what was opened, which processes inherit
 * and share: any of them may change it at any time, and Node does when it ends.
 * @returns undefined where it cannot be opened: no Linux, another user's pipe, or nobody reads it yet
 */
function openAgain(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
