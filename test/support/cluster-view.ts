/** What a node of a Redis Cluster believes about itself and the others. */

import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';

export const SLOT_COUNT = 16_384;

export type ClusterRole = 'primary' | 'replica';

/** First and last slot, both included. */
export type SlotRange = readonly [first: number, last: number];

export interface ClusterEntry {
  readonly id: string;
  readonly role: ClusterRole;
  /** Orders claims to the same slot: the highest holds. */
  readonly configEpoch: number;
  readonly slots: readonly SlotRange[];
  /** Everything on which nodes must agree, as text to compare. */
  readonly claim: string;
}

export interface ClusterView {
  readonly self: ClusterEntry;
  readonly byId: ReadonlyMap<string, ClusterEntry>;
}

/** Asks a node for its view, by CLUSTER NODES. */
export async function clusterView(client: Redis): Promise<ClusterView> {
  const lines = String(await client.cluster('NODES'))
    .trimEnd()
    .split('\n');
  const selfLine = lines.find((line) => line.includes('myself'));
  assert(selfLine !== undefined, 'CLUSTER NODES names no node as its own');
  return {
    self: parseEntry(selfLine),
    byId: new Map(lines.map(parseEntry).map((entry) => [entry.id, entry])),
  };
}

/** @throws unless all these nodes serve, agree on each other, and every replica among them is in sync. */
export async function assertSettled(clients: readonly Redis[]): Promise<void> {
  const states = await Promise.all(
    clients.map(async (client) => {
      const [view, info, slots, replication] = await Promise.all([
        clusterView(client),
        client.cluster('INFO'),
        client.cluster('SLOTS'),
        client.info('replication'),
      ]);
      const listed = new Set(slots.flatMap(([, , ...nodes]) => nodes.map(([, , id]) => id)));
      return { view, info, listed, replication };
    }),
  );
  for (const { view, info, listed, replication } of states) {
    const { self } = view;
    assert(info.includes('cluster_state:ok'), `${self.id} says: ${info}`);
    assert(self.role === 'primary' || replication.includes('master_link_status:up'), `${self.id} is behind`);
    for (const { view: other } of states) {
      const { id, role, claim, slots } = other.self;
      assert(view.byId.get(id)?.claim === claim, `${self.id} does not see ${id} as it is: ${claim}`);
      // A replica is listed once its offset has gone round, which is later than all the rest.
      assert(listed.has(id) || (role === 'primary' && slots.length === 0), `${self.id} does not list ${id}`);
    }
  }
  const served = states.flatMap(({ view }) => (view.self.role === 'primary' ? view.self.slots : []));
  const count = served.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  assert(count === SLOT_COUNT, `${count} slots are served`);
}

/** @param line `id address flags primary ping pong epoch link slot…` */
function parseEntry(line: string): ClusterEntry {
  const [id = '', , flagText = '', primaryId = '', , , configEpoch, , ...slotTexts] = line.split(' ');
  const flags = flagText.split(',').filter((flag) => flag !== 'myself');
  // A node shows slots on their way, `[7->-id]`, to itself alone.
  const settledSlots = slotTexts.filter((text) => !text.startsWith('['));
  return {
    id,
    role: flags.includes('master') ? 'primary' : 'replica',
    configEpoch: Number(configEpoch),
    slots: settledSlots.map((text) => {
      const [first, last = first] = text.split('-').map(Number);
      return [Number(first), Number(last)];
    }),
    claim: [...flags, primaryId, ...settledSlots].join(' '),
  };
}
