/** A pipe of the kernel's, as a process has it for its output in a shell or a container. Those that Node makes for its children are sockets. */

import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pipe {
  /** To be handed to a process and closed here. */
  readonly writeEnd: number;
  /** Reads what is written, from now on. It ends once every process has closed the other end. To be called once. */
  read(): Socket;
}

export function makePipe(): Pipe {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-pipe-'));
  try {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(path, constants.O_WRONLY);
    return { writeEnd, read: () => new Socket({ fd: readEnd, writable: false }) };
  } finally {
    // What is open needs no name.
    rmSync(folder, { recursive: true });
  }
}
