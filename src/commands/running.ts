import type { AddressInfo } from 'node:net';
import { CommandError } from './command-error.js';

/** What listens at an address: a gateway, or its metrics. */
interface Listener {
  listen(): Promise<AddressInfo>;
  close(): Promise<void>;
}

/**
 * @param setting where the port comes from, for the message when it is taken
 * @throws CommandError when the address cannot be had.
 */
export async function listenOrExplain(
  listener: Listener,
  port: number,
  setting: string,
): Promise<AddressInfo> {
  try {
    return await listener.listen();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    await listener.close();
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `Port ${port} is in use: stop what listens there, or choose another with ${setting}.`,
      );
    }
    throw new CommandError(
      `Cannot listen on port ${port} (${String(code)}): choose another with ${setting}.`,
    );
  }
}

/** Resolves once SIGTERM or SIGINT came; a second one ends the process at once. */
export function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGTERM', stop).off('SIGINT', stop);
      resolve();
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
