/** The demo as a user starts it, on a free port. */

import { freePort } from './free-port.js';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.js';

export interface Demo {
  /** `http://localhost:PORT` */
  readonly url: string;
  readonly process: GatewayProcess;
}

/** Resolves once it serves. @param port a free one when left out */
export async function startDemo(args: readonly string[] = [], port?: number): Promise<Demo> {
  const listensOn = port ?? (await freePort());
  const process = startGatewayProcess(['demo', ...args], { env: { PORT: String(listensOn) } });
  await process.waitFor(/Ctrl-C/);
  return { url: `http://localhost:${listensOn}`, process };
}
