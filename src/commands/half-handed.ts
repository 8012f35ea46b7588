import type { Worker } from 'node:cluster';

/**
 * node:cluster hands a connection to a worker, and closes its own end of it when the worker says that it has it. From a worker that
 * is killed in between nothing comes, and the caller would wait for ever: here that connection ends with the worker. One at a
 * time is on its way to each.
 */
export function endHalfHandedConnection({ process }: Worker): void {
  let onItsWay: Closable | undefined;
  process.send = new Proxy(process.send, {
    apply(send, self, given) {
      const [message, handle] = given;
      if (isOfNewConnection(message) && isClosable(handle)) {
        onItsWay = handle;
      }
      return Reflect.apply(send, self, given);
    },
  });
  // Taken, or given back and handed to another: known before node:cluster, which may send the next one then.
  process.prependListener('internalMessage', (message: unknown) => {
    if (isAnswer(message)) {
      onItsWay = undefined;
    }
  });
  // While a connection is on its way, node:child_process does not tell that the channel has ended.
  process.once('exit', () => onItsWay?.close());
}

interface Closable {
  close(): void;
}

function isOfNewConnection(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
}

function isAnswer(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'accepted' in message;
}

function isClosable(handle: unknown): handle is Closable {
  return (
    typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function'
  );
}
