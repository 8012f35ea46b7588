/** What an ioredis result means. */

/** What Redis answers to a command that does not fit the type of the key. */
const WRONG_TYPE = 'WRONGTYPE';
/** What a node of a cluster answers when the key is elsewhere, or on its way. */
const ELSEWHERE = new Set(['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN']);

/** One command's result, before it is decided whether it is sent again. */
export type Result =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'wrong-type' }
  /** No reply came, or one that says where to ask: a read may be sent again. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The server will not serve it: loading, no rights, … Asking again does not help. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether another node has to be asked: whatever the command is, it was not done. */
export function isElsewhere(result: Result): boolean {
  return result.kind === 'lost' && ELSEWHERE.has(result.reason);
}

/** Whether nothing was read, for whatever reason. */
export function isUnserved(result: Result): result is Extract<Result, { readonly reason: string }> {
  return result.kind === 'lost' || result.kind === 'refused';
}

export function valueResult(value: unknown): Result {
  return { kind: 'value', value };
}

export function errorResult(error: Error): Result {
  const reason = errorWord(error);
  if (reason === WRONG_TYPE) {
    return { kind: 'wrong-type' };
  }
  return { kind: error.name === 'ReplyError' && !ELSEWHERE.has(reason) ? 'refused' : 'lost', reason };
}

/**
 * The word that names an error (`NOPERM`, `ECONNREFUSED`, `LOADING`): all that a log may tell, because an ioredis
 * error carries the command with its arguments, passwords and ids included.
 */
export function errorWord(error: Error): string {
  if ('code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}
