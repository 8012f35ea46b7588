import type { Worker } from 'node:cluster';

/**
 * node:cluster hands a connection to a worker, and closes its own end of it when the worker says that it has it. From a worker that
 * is killed in between nothing comes, and the caller would wait for ever: here that connection ends with the worker. One at a
 * time is on its way to each.
 */
export function endHalfHandedConnection({ process }: Worker): void {
  let latest: Closable | undefined;
  process.send = new Proxy(process.send, {
    apply(send, self, given) {
      const [, handle] = given;
      if (isClosable(handle)) {
        latest = handle;
      }
      return Reflect.apply(send, self, given);
    },
  });
  // One that the worker has is closed here already, which is no harm.
  process.once('exit', () => latest?.close());
}

interface Closable {
  close(): void;
}

function isClosable(handle: unknown): handle is Closable {
  return (
    typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function'
  );
}
