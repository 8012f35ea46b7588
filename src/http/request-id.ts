import { randomUUID } from 'node:crypto';

const SANE = /^[\w.:-]{1,128}$/;

/** The caller's own `X-Request-Id` where it is short and plain enough for a log, a new one otherwise. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && SANE.test(header) ? header : randomUUID();
}
