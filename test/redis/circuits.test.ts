import { describe, expect, it } from 'vitest';
import { Circuits } from '../../src/redis/circuits.js';

const FAILS = async () => ({ ok: false });

async function opened(...nodes: string[]): Promise<Circuits<{ ok: boolean }>> {
  const circuits = new Circuits<{ ok: boolean }>(() => {});
  for (const node of nodes) {
    while ((await circuits.run(node, FAILS)) !== undefined) {
      // Until it is left alone.
    }
  }
  return circuits;
}

describe('the circuits of nodes', () => {
  it('are told by their states', async () => {
    const circuits = await opened('a', 'b');
    await circuits.run('c', async () => ({ ok: true }));
    expect(circuits.statesOf()).toEqual({ closed: 1, open: 2, half_open: 0 });
  });

  it('that are no more, after a failover, are forgotten', async () => {
    const circuits = await opened('a', 'b');
    expect(circuits.statesOf(new Set(['b', 'c']))).toEqual({ closed: 0, open: 1, half_open: 0 });
    // Should it come back, it is a new one.
    expect(await circuits.run('a', FAILS)).toEqual({ ok: false });
  });
});
