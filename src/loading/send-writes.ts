/** Writes out, and what Redis made of each of them. */

import type { BulkConnection } from '../redis/bulk-connection.js';
import type { RedisCommand } from '../redis/client.js';
import type { Result } from '../redis/reply.js';
import type { Write } from './row-mapper.js';
import { keyOf } from './target.js';

/** @returns one result a write, in their order. Does not reject. */
export function sendWrites(redis: BulkConnection, writes: readonly Write[]): Promise<readonly Result[]> {
  const commands: RedisCommand[] = [];
  for (const { command } of writes) {
    if (command === undefined) {
      return sendMerges(redis, writes);
    }
    commands.push(command);
  }
  return redis.send(commands);
}

/** What is there is read, merged and set. Of several writes of one key each sees what the one before has made. */
async function sendMerges(redis: BulkConnection, writes: readonly Write[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  let rest = [...writes.entries()];
  while (rest.length > 0) {
    const wave: [index: number, write: Write, read: RedisCommand][] = [];
    const later: typeof rest = [];
    const keys = new Set<string>();
    for (const [index, write] of rest) {
      const read = write.target.writing.readFirst?.(write.id);
      if (read === undefined) {
        results[index] = NOTHING_TO_STORE;
      } else if (keys.has(keyOf(read))) {
        later.push([index, write]);
      } else {
        keys.add(keyOf(read));
        wave.push([index, write, read]);
      }
    }
    await mergeWave(redis, wave, results);
    rest = later;
  }
  return results;
}

async function mergeWave(
  redis: BulkConnection,
  wave: readonly (readonly [index: number, write: Write, read: RedisCommand])[],
  results: Result[],
): Promise<void> {
  const stored = await redis.send(wave.map(([, , read]) => read));
  const sets: RedisCommand[] = [];
  const places: number[] = [];
  for (const [at, [index, { target, id, traits }]] of wave.entries()) {
    const reply = stored[at] ?? NOTHING_TO_STORE;
    const command = reply.kind === 'value' ? target.writing.write(id, traits, reply.value) : undefined;
    if (command === undefined) {
      results[index] = reply;
    } else {
      places.push(index);
      sets.push(command);
    }
  }
  const replies = await redis.send(sets);
  for (const [at, index] of places.entries()) {
    results[index] = replies[at] ?? NOTHING_TO_STORE;
  }
}

const NOTHING_TO_STORE: Result = { kind: 'refused', reason: 'NOTHING_TO_STORE' };
