/** Who is signed in. A real one asks for a password; what matters here is that the page never names a user id. */

import { randomUUID } from 'node:crypto';

export interface Sessions {
  /** @returns the value of the cookie that begins a session */
  begin(userId: string): string;
  /** Whose session a `Cookie` header names, if any. */
  userIdOf(cookie: string | undefined): string | undefined;
}

export function createSessions(): Sessions {
  const users = new Map<string, string>();
  return {
    begin(userId) {
      const id = randomUUID();
      users.set(id, userId);
      return `session=${id}; HttpOnly; SameSite=Lax; Path=/`;
    },
    userIdOf: (cookie = '') => users.get(/(?:^|;\s*)session=([\w-]+)/.exec(cookie)?.[1] ?? ''),
  };
}
