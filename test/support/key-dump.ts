/** Everything that is in a Redis, to be compared before and after. */

import type { Redis } from 'ioredis';

/** Key → its value as DUMP gives it, in hex. */
export type KeyDump = ReadonlyMap<string, string>;

/** @param nodes one server, or every primary of a cluster */
export async function dumpKeys(...nodes: readonly Redis[]): Promise<KeyDump> {
  const dump = new Map<string, string>();
  for (const node of nodes) {
    for (const key of await scanAll(node)) {
      const value = await node.dumpBuffer(key);
      dump.set(key, value?.toString('hex') ?? '');
    }
  }
  return dump;
}

/** The keys that pass; a dump of the others. */
export function without(dump: KeyDump, isGone: (key: string) => boolean): KeyDump {
  return new Map([...dump].filter(([key]) => !isGone(key)));
}

async function scanAll(node: Redis): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'COUNT', 1_000);
    for (const key of keys) {
      found.add(key);
    }
    cursor = next;
  } while (cursor !== '0');
  return found;
}
