/** One server of a Redis Cluster in tests. */

import { type ClusterRole, clusterView, type SlotRange } from './cluster-view.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { onServerPort } from './server-port.js';

/** The cluster bus listens this much above a node's port. */
const BUS_OFFSET = 10_000;

const ARGS = [
  ['--cluster-enabled', 'yes'],
  ['--cluster-node-timeout', '1000'],
  ['--cluster-announce-ip', '127.0.0.1'],
  // Stale or not, a replica may be elected: tests write little, and wait for no one.
  ['--cluster-replica-validity-factor', '0'],
  ['--repl-diskless-sync-delay', '0'],
  // Replicas are listed once they have an offset, which an idle primary gives them by its ping.
  ['--repl-ping-replica-period', '1'],
].flat();

/** A restarted node is empty, and comes back as the member of the cluster that it was. */
export interface ClusterNode extends RedisServer {
  /** The node's ID within the cluster. */
  readonly id: string;
  /** A primary and its replica have the same number, from 0, whichever of them is the primary now. */
  readonly shard: number;
  /** True unless stopped, killed or paused. */
  readonly running: boolean;
  /** As the node sees itself now. */
  role(): Promise<ClusterRole>;
  /** Those that the node serves as a primary now, by its own view. */
  slots(): Promise<readonly SlotRange[]>;
}

/** Starts a node that knows no other yet. @param args further arguments of the server. */
export async function startClusterNode(shard: number, args: readonly string[]): Promise<ClusterNode> {
  const server = await onServerPort((port) => startRedis({ port, args: [...ARGS, ...args] }), BUS_OFFSET);
  const { client, pause, resume, restart } = server;
  const id = await client.cluster('MYID');
  let paused = false;
  const node = {
    id,
    shard,
    role: async () => (await clusterView(client)).self.role,
    slots: async () => (await clusterView(client)).self.slots,
    pause() {
      paused = true;
      pause();
    },
    resume() {
      paused = false;
      resume();
    },
    restart() {
      paused = false;
      return restart();
    },
  };
  // Assigned to, not copied from: the process id of a server is a getter.
  return Object.defineProperty(Object.assign(server, node, { running: true }), 'running', {
    get: () => !paused && server.pid !== undefined,
  });
}
