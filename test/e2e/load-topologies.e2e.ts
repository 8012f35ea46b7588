import { expect, it } from 'vitest';
import { startJsonModuleServer } from '../support/json-module-server.js';
import { INTO_USERS, KEY_PREFIX, loadFolder } from '../support/load-table.js';
import { startRedisCluster } from '../support/redis-cluster.js';

const ROWS = 3_000;

it('load writes to every node of a cluster, and --replace looks at every node', async () => {
  const cluster = await startRedisCluster({ primaries: 3 });
  const folder = await loadFolder(`127.0.0.1:${cluster.nodes[0]?.port}`);
  try {
    const rows = Array.from({ length: ROWS }, (_, i) => `{"user_id":"u-${i}","N":${i}}\n`);
    const all = await folder.write('all.ndjson', rows.join(''));
    expect(await folder.load([all, ...INTO_USERS])).toMatchObject({ code: 0 });
    for (const i of [0, 1, 2, 3, 1_499, ROWS - 1]) {
      expect(await cluster.client.hgetall(`${KEY_PREFIX}:user:user_id:u-${i}`)).toEqual({
        user_360: `{"N":${i}}`,
      });
    }
    expect(await keysOf(cluster)).toBe(ROWS);

    const most = await folder.write('most.ndjson', rows.slice(100).join(''));
    const { code, output } = await folder.load([most, ...INTO_USERS, '--replace', '--yes']);
    expect([code, output]).toEqual([0, expect.stringContaining('100 profiles that are not in the table')]);
    expect(await keysOf(cluster)).toBe(ROWS - 100);
  } finally {
    await folder.remove();
    await cluster.close();
  }
}, 60_000);

async function keysOf(cluster: Awaited<ReturnType<typeof startRedisCluster>>): Promise<number> {
  const counts = await Promise.all(cluster.client.nodes('master').map((node) => node.dbsize()));
  return counts.reduce((sum, count) => sum + count, 0);
}

it('load merges into JSON documents, rows of one id one after the other', async () => {
  const key = `${KEY_PREFIX}:user:user_id:u-1`;
  const documents = new Map<string, string | null>([
    [key, '{"other":{"O":1.0},"user_360":{"STAYS":1,"A":0}}'],
    [`${KEY_PREFIX}:user:user_id:string`, null],
  ]);
  const server = await startJsonModuleServer(documents);
  const folder = await loadFolder(`127.0.0.1:${server.port}`);
  try {
    const rows = [
      '{"user_id":"u-1","A":1}',
      '{"user_id":"string","A":1}',
      '{"user_id":"u-1","B":null}',
      '{"user_id":"u-2","A":2}',
    ];
    const file = await folder.write('t.ndjson', rows.join('\n'));
    const run = { address: `127.0.0.1:${server.port}`, config: '      useJSONModule: true\n' };
    const { code, output } = await folder.load([file, ...INTO_USERS], run);
    expect([code, output]).toEqual([
      2,
      expect.stringContaining('row 2: its key holds another type of value'),
    ]);
    expect(documents.get(key)).toBe('{"other":{"O":1.0},"user_360":{"STAYS":1,"A":1,"B":null}}');
    expect(documents.get(`${KEY_PREFIX}:user:user_id:u-2`)).toBe('{"user_360":{"A":2}}');
    const replace = await folder.load([file, ...INTO_USERS, '--replace', '--yes'], run);
    expect([replace.code, replace.output]).toEqual([
      1,
      expect.stringContaining('does not keep models apart'),
    ]);
  } finally {
    await folder.remove();
    await server.close();
  }
});
