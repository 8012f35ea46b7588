/** The migration of one slot between two live nodes of a Redis Cluster, in the steps of which clients see ASK. */

import type { ClusterNode } from './cluster-node.js';
import { SLOT_COUNT } from './cluster-view.js';

const MIGRATE_TIMEOUT_MS = 5_000;

/** One slot on its way. */
export interface SlotMove {
  readonly slot: number;
  readonly from: ClusterNode;
  readonly to: ClusterNode;
  /** The servers' password, if they have one. */
  readonly password: string | undefined;
}

/** Opens the way: from now on `from` answers ASK for a key of this slot that it does not hold. */
export async function openMove({ slot, from, to }: SlotMove): Promise<void> {
  await to.client.cluster('SETSLOT', slot, 'IMPORTING', from.id);
  await from.client.cluster('SETSLOT', slot, 'MIGRATING', to.id);
}

/** The slot's keys that are still where it comes from. */
export function keysToMove({ slot, from }: SlotMove): Promise<string[]> {
  return from.client.cluster('GETKEYSINSLOT', slot, SLOT_COUNT);
}

export async function moveKeys({ from, to, password }: SlotMove, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) {
    const auth = password === undefined ? [] : ['AUTH', password];
    await from.client.call(
      'MIGRATE',
      '127.0.0.1',
      to.port,
      '',
      0,
      MIGRATE_TIMEOUT_MS,
      ...auth,
      'KEYS',
      ...keys,
    );
  }
}

/** Moves what is left, and tells the running primaries who serves the slot now. */
export async function closeMove(move: SlotMove, nodes: readonly ClusterNode[]): Promise<void> {
  const { slot, from, to } = move;
  for (let keys = await keysToMove(move); keys.length > 0; keys = await keysToMove(move)) {
    await moveKeys(move, keys);
  }
  // First the new owner, so that at no moment nobody owns the slot.
  await to.client.cluster('SETSLOT', slot, 'NODE', to.id);
  await from.client.cluster('SETSLOT', slot, 'NODE', to.id);
  for (const node of nodes) {
    if (node !== to && node !== from && node.running && (await node.role()) === 'primary') {
      await node.client.cluster('SETSLOT', slot, 'NODE', to.id);
    }
  }
}
