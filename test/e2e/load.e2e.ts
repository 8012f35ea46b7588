import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJson } from '../../src/json/is-json.js';
import { DESTINATION_ID, startTestGateway, type TestGateway } from '../support/gateway.js';
import { INTO_USERS, KEY_PREFIX, type LoadFolder, loadFolder } from '../support/load-table.js';
import { onTerminal } from '../support/on-terminal.js';
import { fixtures, withoutInsignificantWhitespace } from '../support/profile-fixtures.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

let redis: RedisServer;
let folder: LoadFolder;

beforeAll(async () => {
  redis = await startRedis();
  folder = await loadFolder(redis.address);
});
beforeEach(async () => {
  await redis.client.flushall();
});
afterAll(async () => {
  await folder.remove();
  await redis.close();
});

/** Every hash of the Redis, byte for byte. */
async function stored(server = redis): Promise<Record<string, Record<string, string>>> {
  const all: Record<string, Record<string, string>> = {};
  for (const key of (await server.client.keys('*')).sort()) {
    const fields = await server.client.hgetallBuffer(key);
    all[key] = Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [field, value.toString('latin1')]),
    );
  }
  return all;
}

function users(count: number): string {
  return Array.from({ length: count }, (_, i) => `{"user_id":"u-${i}","N":${i}}\n`).join('');
}

describe('the interop cases', () => {
  /** What their commands stand for, those of profiles that are not broken on purpose. */
  const writes = fixtures.cases.flatMap((fixture) =>
    fixture.redis
      .filter(([command, , , traits = '']) => command === 'HSET' && isJson(Buffer.from(traits)))
      .map(([, key = '', model = '', traits = '']) => {
        const [, , entity = '', idType = '', ...value] = key.split(':');
        return { entity, idType, idValue: value.join(':'), model, traits };
      }),
  );
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ redisPort: redis.port });
  });
  afterAll(() => gateway.close());

  it('are loaded key for key and byte for byte, and read back by both faces', async () => {
    expect(writes).toHaveLength(15);
    const tables = groups(writes);
    for (const [index, rows] of tables.entries()) {
      const [{ entity = '', idType = '', model = '' } = {}] = rows;
      const lines = rows.map(({ idValue, traits }) => withId(idValue, traits));
      const file = await folder.write(`case-${index}.ndjson`, `${lines.join('\n')}\n`);
      const result = await folder.load([
        file,
        '--entity',
        entity,
        '--id-type',
        idType,
        '--id-column',
        'the id',
        '--model',
        model,
      ]);
      expect(result).toMatchObject({ code: 0 });
    }
    const loaded = await stored();

    await redis.client.flushall();
    for (const { entity, idType, idValue, model, traits } of writes) {
      await redis.client.hset(`${KEY_PREFIX}:${entity}:${idType}:${idValue}`, model, traits);
    }
    expect(loaded).toEqual(await stored());

    for (const { request, expect: owed } of fixtures.cases.filter(
      ({ redis, expect }) => redis.length > 0 && expect.body,
    )) {
      const rest = await gateway.post('/v1/activation', request);
      expect(withoutInsignificantWhitespace(rest.text)).toBe(withoutInsignificantWhitespace(owed.body ?? ''));
      const graphql = await gateway.graphql(
        'query ($e: String!, $d: ID!, $t: String!, $v: String!) { profile(entity: $e, destinationId: $d, idType: $t, idValue: $v) { traits } }',
        { e: request.entity, d: request.destinationId, t: request.id?.type, v: request.id?.value },
      );
      const traits = /"data":(\{.*\})\}$/s.exec(withoutInsignificantWhitespace(owed.body ?? ''))?.[1];
      expect(withoutInsignificantWhitespace(graphql.text)).toBe(`{"data":{"profile":{"traits":${traits}}}}`);
    }
  });

  function withId(id: string, traits: string): string {
    const members = traits.slice(1, -1);
    return `{"the id":${JSON.stringify(id)}${members === '' ? '' : ','}${members}}`;
  }

  function groups(all: typeof writes): (typeof writes)[] {
    const byAim = new Map<string, typeof writes>();
    for (const write of all) {
      const aim = [write.entity, write.idType, write.model].join('\n');
      byAim.set(aim, [...(byAim.get(aim) ?? []), write]);
    }
    return [...byAim.values()];
  }
});

describe('load', () => {
  it('reads CSV, NDJSON and Parquet, plain and gzip', async () => {
    const csv = 'user_id,NAME,ZIP,AGE,VIP,NOTE\n007,"Ada, L.",01234,36,true,\n';
    const ndjson = '{"user_id":"007","NAME":"Ada, L.","ZIP":"01234","AGE":36,"VIP":true,"NOTE":null}\n';
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'user_id', data: ['007'], type: 'STRING' },
        { name: 'NAME', data: ['Ada, L.'], type: 'STRING' },
        { name: 'ZIP', data: ['01234'], type: 'STRING' },
        { name: 'AGE', data: [36], type: 'INT32' },
        { name: 'VIP', data: [true], type: 'BOOLEAN' },
        { name: 'NOTE', data: [null], type: 'STRING', nullable: true },
      ],
    });
    const expected = {
      [`${KEY_PREFIX}:user:user_id:007`]: {
        user_360: '{"NAME":"Ada, L.","ZIP":"01234","AGE":36,"VIP":true,"NOTE":null}',
      },
    };
    for (const [name, content] of [
      ['table.csv', csv],
      ['table.csv.gz', gzipSync(csv)],
      ['table.ndjson', ndjson],
      // Packed, though its name does not say so.
      ['table.jsonl', gzipSync(ndjson)],
      ['table.parquet', Buffer.from(parquet)],
    ] as const) {
      await redis.client.flushall();
      const { code, output } = await folder.load([await folder.write(name, content), ...INTO_USERS]);
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/^1 rows loaded into 2Xk\S+, 0 rejected, in /),
      ]);
      expect(await stored()).toEqual(expected);
    }
  });

  it('reads standard input, plain and gzip, as what it is told to be', async () => {
    const expected = Object.fromEntries(
      [0, 1, 2].map((i) => [`${KEY_PREFIX}:user:user_id:u-${i}`, { user_360: `{"N":${i}}` }]),
    );
    for (const [format, input] of [
      ['ndjson', users(3)],
      ['ndjson', gzipSync(users(3))],
      ['csv', 'user_id,N\nu-0,0\nu-1,1\nu-2,2\n'],
    ] as const) {
      await redis.client.flushall();
      const { code, output } = await folder.load(['-', '--format', format, ...INTO_USERS], { input });
      expect([code, output]).toEqual([0, expect.stringMatching(/^3 rows loaded into /)]);
      expect(await stored()).toEqual(expected);
    }
    const { code, output } = await folder.load(['-', ...INTO_USERS], { input: users(3) });
    expect([code, output]).toEqual([1, expect.stringContaining('--format')]);
  });

  it('draws how far it has come on a terminal', async () => {
    const file = await folder.write('t.ndjson', users(100_000));
    const { code, output } = await onTerminal(await folder.commandLine([file, ...INTO_USERS]), {
      question: 'nothing is asked',
      answer: '',
    });
    expect(code).toBe(0);
    expect(output).toMatch(/█+░+ \d+ % · [\d,]+ rows · [\d,]+\/s · 0 rejected · \d+ s left/);
    // Nothing of it is left behind.
    expect(output.split('\r\u001b[2K').at(-1)?.trim()).toMatch(
      /^100,000 rows loaded into \S+, 0 rejected, in [\d.]+ s\.$/,
    );
  });

  it('leaves other models of a profile alone, and replaces its own whole', async () => {
    const key = `${KEY_PREFIX}:user:user_id:u-1`;
    await redis.client.hset(key, { other: '{"A":1}', user_360: '{"OLD":1}' });
    await folder.load([await folder.write('t.ndjson', '{"user_id":"u-1","NEW":2}\n'), ...INTO_USERS]);
    expect(await stored()).toEqual({ [key]: { other: '{"A":1}', user_360: '{"NEW":2}' } });
  });

  it('shows keys and values in a dry run, and writes nothing', async () => {
    const file = await folder.write('t.csv', 'user_id,ZIP,N\nu-1,01,5\n');
    const { code, output } = await folder.load([file, ...INTO_USERS, '--dry-run']);
    expect(code).toBe(0);
    expect(output).toContain('user_id: string, ZIP: string, N: integer');
    expect(output).toContain(`HSET ${KEY_PREFIX}:user:user_id:u-1 user_360 {"ZIP":"01","N":5}`);
    expect(await stored()).toEqual({});
  });

  it('takes columns, types and a schema as they are asked for', async () => {
    const file = await folder.write('t.csv', 'user_id,A,B,J,S\nu-1,1,2,"{""x"": [1]}",3\n');
    const schema = await folder.write('schema.yaml', 'S: string\nB: number\n');
    const args = [
      file,
      ...INTO_USERS,
      '--exclude',
      'A',
      '--schema',
      schema,
      '--json-columns',
      'J',
      '--type',
      'B=string',
    ];
    expect(await folder.load(args)).toMatchObject({ code: 0 });
    expect(await stored()).toEqual({
      [`${KEY_PREFIX}:user:user_id:u-1`]: { user_360: '{"B":"2","J":{"x":[1]},"S":"3"}' },
    });
  });

  it('loads one table for every id type that a project serves, ids by the names of their columns', async () => {
    const project = await folder.write(
      'pb_project.yaml',
      'entities:\n  - name: user\n    feature_views:\n      using_ids:\n        - {id: email, name: by_email}\n        - {id: user_id, name: by_user_id}\n',
    );
    const file = await folder.write('t.csv', 'USER_ID,EMAIL,N\nu-1,ada@example.com,1\nu-2,,2\n,,3\n');
    const { code, output } = await folder.load([file, '--project', project]);
    expect([code, output]).toEqual([
      2,
      expect.stringContaining('row 3: there is no id in any of the columns EMAIL, USER_ID'),
    ]);
    expect(await stored()).toEqual({
      [`${KEY_PREFIX}:user:email:ada@example.com`]: { by_email: '{"N":1}' },
      [`${KEY_PREFIX}:user:user_id:u-1`]: { by_user_id: '{"N":1}' },
      [`${KEY_PREFIX}:user:user_id:u-2`]: { by_user_id: '{"N":2}' },
    });
  });

  it('sums up as JSON', async () => {
    const { code, output } = await folder.load([
      await folder.write('t.ndjson', users(3)),
      ...INTO_USERS,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      destinationId: DESTINATION_ID,
      complete: true,
      loaded: 3,
      rejected: 0,
      seconds: expect.any(Number),
    });
  });

  it('writes into a Redis that has an event stream as its layout, flattened', async () => {
    const file = await folder.write(
      't.ndjson',
      '{"user_id":"u-1","A":{"B":1.50,"C":null,"D":{}},"L":[1,"x"],"T":true}\n',
    );
    const args = [file, '--entity', 'user', '--id-type', 'user_id', '--model', 'user'];
    const run = {
      address: redis.address,
      destination: '    layout: { type: event-stream }\n',
      config: '      prefix: rs\n',
    };
    expect(await folder.load(args, run)).toMatchObject({ code: 0 });
    expect(await stored()).toEqual({ 'rs:user:u-1': { 'A.B': '1.50', L: '[1,"x"]', T: 'true' } });
    const refused = await folder.load([file, ...INTO_USERS], run);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('has one model alone, user')]);
  });
});

describe('rows that cannot be loaded', () => {
  it('go to the rejects file, each with its reason, and never stop the rest', async () => {
    await redis.client.set(`${KEY_PREFIX}:user:user_id:taken`, 'no hash');
    const lines = [
      '{"user_id":"u-1"}',
      '{oops',
      '{"user_id":"taken","A":1}',
      '{"A":1}',
      `{"user_id":"${'x'.repeat(600)}"}`,
      '{"user_id":"u-2"}',
    ];
    const file = await folder.write('t.ndjson', `${lines.join('\n')}\n`);
    const rejects = join(folder.path, 'rejects.ndjson');
    const { code, output } = await folder.load([file, ...INTO_USERS, '--rejects', rejects]);
    expect(code).toBe(2);
    expect(output).toMatch(/^2 rows loaded into \S+, 4 rejected/);
    expect(output).toContain('row 2: it is not JSON');
    // What is in a row is for the rejects file alone.
    expect(output).not.toContain('xxx');
    const kept = (await readFile(rejects, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept).toEqual([
      { file, row: 2, reason: 'it is not JSON', content: lines[1] },
      {
        file,
        row: 3,
        reason: 'its key holds another type of value than the layout of the destination',
        content: lines[2],
      },
      { file, row: 4, reason: 'column user_id: there is no id in it', content: lines[3] },
      { file, row: 5, reason: 'column user_id must not be longer than 512 characters', content: lines[4] },
    ]);
    expect((await stat(rejects)).mode & 0o777).toBe(0o600);
    await redis.client.del(`${KEY_PREFIX}:user:user_id:taken`);
    expect(Object.keys(await stored())).toEqual([
      `${KEY_PREFIX}:user:user_id:u-1`,
      `${KEY_PREFIX}:user:user_id:u-2`,
    ]);
  });
});

describe('a load that cannot start', () => {
  it.each([
    [
      'a wrong column',
      ['t.ndjson', ...INTO_USERS, '--id-column', 'userid'],
      'has no column userid (id column); its columns: user_id, N',
    ],
    [
      'a wrong column to select',
      ['t.ndjson', ...INTO_USERS, '--columns', 'N,M'],
      'has no column M (--columns)',
    ],
    ['a file that is not there', ['nowhere.csv', ...INTO_USERS], 'nowhere.csv: it does not exist'],
    ['a file of no known format', ['t.txt', ...INTO_USERS], 'say --format csv, ndjson, parquet'],
    [
      'an unreadable Parquet file',
      ['t.parquet', ...INTO_USERS],
      'it cannot be read as Parquet: is it one, and whole?',
    ],
    [
      'gzip that is cut off',
      ['cut.ndjson.gz', ...INTO_USERS],
      'its gzip data ends too early: is the file whole?',
    ],
    [
      'nowhere to go',
      ['t.ndjson', '--entity', 'user'],
      'Say where the rows go: --entity, --id-type and --model',
    ],
    [
      'an entity with a colon',
      ['t.ndjson', '--entity', 'a:b', '--id-type', 'user_id', '--model', 'm'],
      '--entity must not hold a colon',
    ],
    [
      'an unknown destination',
      ['t.ndjson', ...INTO_USERS, '--destination', 'D9'],
      `Say which --destination, one of: ${DESTINATION_ID}`,
    ],
    [
      '--replace with nobody to ask',
      ['t.ndjson', ...INTO_USERS, '--replace'],
      'there is nobody to ask: say --yes',
    ],
  ])('because of %s says so', async (_, args, message) => {
    await folder.write('t.ndjson', users(1));
    await folder.write('t.txt', users(1));
    await folder.write('t.parquet', 'PAR1, and no more');
    await folder.write('cut.ndjson.gz', gzipSync(users(10)).subarray(0, 20));
    const { code, output } = await folder.load(args);
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(await stored()).toEqual({});
  });

  it('because of a wrong password says so', async () => {
    const locked = await startRedis({ args: ['--requirepass', 'right'] });
    const file = await folder.write('t.ndjson', users(1));
    const wrong = await folder.load([file, ...INTO_USERS], {
      address: locked.address,
      config: '      password: wrong\n',
    });
    expect([wrong.code, wrong.output]).toEqual([
      1,
      expect.stringContaining('username or password is wrong (WRONGPASS)'),
    ]);
    const none = await folder.load([file, ...INTO_USERS], { address: locked.address });
    expect([none.code, none.output]).toEqual([1, expect.stringContaining('the server asks for a password')]);
    await locked.close();
  });

  it('because nothing listens says so', async () => {
    const file = await folder.write('t.ndjson', users(1));
    const { code, output } = await folder.load([file, ...INTO_USERS], { address: '127.0.0.1:1' });
    expect([code, output]).toEqual([1, expect.stringContaining('nothing listens there')]);
  });
});

describe('a load that is stopped', () => {
  it('by a full Redis says so, and goes on from its checkpoint once there is room', async () => {
    const full = await startRedis({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] });
    const file = await folder.write('t.ndjson', users(20_000));
    const args = [file, ...INTO_USERS, '--checkpoint', join(folder.path, 'full.checkpoint')];
    const stopped = await folder.load(args, { address: full.address });
    expect([stopped.code, stopped.output]).toEqual([
      3,
      expect.stringContaining('Redis is full (OOM): raise its maxmemory'),
    ]);
    expect(stopped.output).toContain('The same command goes on from there');
    await full.client.config('SET', 'maxmemory', '100mb');
    const { code, output } = await folder.load(args, { address: full.address });
    expect([code, output]).toEqual([0, expect.stringMatching(/^20,000 rows loaded/)]);
    expect(await full.client.dbsize()).toBe(20_000);
    await full.close();
  });

  it('by a connection that stays lost says so; one that comes back is waited for', async () => {
    const away = await startRedis();
    const file = await folder.write('t.ndjson', users(100_000));
    const checkpoint = join(folder.path, 'away.checkpoint');
    const args = [file, ...INTO_USERS, '--checkpoint', checkpoint, '--retry-seconds', '1', '--json'];
    const first = await folder.start(args, { address: away.address });
    await until('some rows are there', async () => expect(await away.client.dbsize()).toBeGreaterThan(1_000));
    await away.kill();
    expect(await first.exit()).toBe(3);
    expect(first.output()).toContain('"stopped":"Redis: nothing listens there');

    await away.restart();
    const second = await folder.start([file, ...INTO_USERS, '--json'], { address: away.address });
    await until('some rows are there', async () => expect(await away.client.dbsize()).toBeGreaterThan(1_000));
    // Every connection is cut, and may be made anew at once.
    await away.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await second.exit()).toBe(0);
    expect(JSON.parse(second.output().trim().split('\n').at(-1) ?? '')).toMatchObject({
      loaded: 100_000,
      rejected: 0,
    });
    expect(await away.client.dbsize()).toBe(100_000);
    await away.close();
  });

  it('by an input that breaks off keeps what came before', async () => {
    const packed = gzipSync(users(50_000));
    const file = await folder.write('t.ndjson.gz', packed.subarray(0, packed.length - 2_000));
    const { code, output } = await folder.load([file, ...INTO_USERS]);
    expect([code, output]).toEqual([3, expect.stringContaining('its gzip data ends too early')]);
    expect(await redis.client.dbsize()).toBeGreaterThan(40_000);
  });

  it('by SIGINT finishes what is under way, and says how to go on', async () => {
    const file = await folder.write('t.ndjson', users(150_000));
    const args = [file, ...INTO_USERS, '--checkpoint', join(folder.path, 'int.checkpoint')];
    const first = await folder.start(args);
    await until('some rows are there', async () =>
      expect(await redis.client.dbsize()).toBeGreaterThan(1_000),
    );
    process.kill(first.pid, 'SIGINT');
    expect(await first.exit()).toBe(3);
    expect(first.output()).toContain('Stopped before the end: it was told to.');
    const told = Number(/^([\d,]+) rows loaded/m.exec(first.output())?.[1]?.replaceAll(',', ''));
    expect(await redis.client.dbsize()).toBe(told);
    expect(await folder.load(args)).toMatchObject({ code: 0 });
    expect(await redis.client.dbsize()).toBe(150_000);
  });

  it('has a checkpoint that is good for its own files alone', async () => {
    const checkpoint = join(folder.path, 'other.checkpoint');
    const file = await folder.write('t.ndjson.gz', gzipSync(users(2_000)).subarray(0, 5_000));
    expect(await folder.load([file, ...INTO_USERS, '--checkpoint', checkpoint])).toMatchObject({ code: 3 });
    await folder.write('t.ndjson.gz', gzipSync(users(2_001)));
    const other = await folder.load([file, ...INTO_USERS, '--checkpoint', checkpoint]);
    expect([other.code, other.output]).toEqual([
      1,
      expect.stringContaining('t.ndjson.gz was another file, or has changed'),
    ]);
    const model = await folder.load([file, ...INTO_USERS.slice(0, -1), 'm', '--checkpoint', checkpoint]);
    expect([model.code, model.output]).toEqual([
      1,
      expect.stringContaining('is the checkpoint of another load'),
    ]);
  });
});

describe('--replace', () => {
  const gone = `${KEY_PREFIX}:user:user_id:gone`;
  const otherIdType = `${KEY_PREFIX}:user:email:u-9`;

  beforeEach(async () => {
    await redis.client.hset(gone, { user_360: '{"A":1}', other: '{"B":1}' });
    await redis.client.hset(`${KEY_PREFIX}:user:user_id:lone`, { user_360: '{"A":1}' });
    await redis.client.hset(`${KEY_PREFIX}:user:user_id:without`, { other: '{"B":1}' });
    await redis.client.hset(otherIdType, { user_360: '{"A":1}' });
  });

  it('takes the model out of ids that are not in the table, and touches nothing else', async () => {
    const args = [await folder.write('t.ndjson', users(50)), ...INTO_USERS, '--replace', '--yes'];
    const { code, output } = await folder.load(args);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('2 profiles that are not in the table have lost the model.'),
    ]);
    const left = await stored();
    expect(Object.keys(left)).toHaveLength(50 + 3);
    expect(left[gone]).toEqual({ other: '{"B":1}' });
    expect(left[otherIdType]).toEqual({ user_360: '{"A":1}' });
  });

  it('asks on a terminal, and removes after a yes alone', async () => {
    const file = await folder.write('t.ndjson', users(50));
    const command = await folder.commandLine([file, ...INTO_USERS, '--replace']);
    const question = '[y/N] ';
    const refused = await onTerminal(command, { question, answer: 'n' });
    expect(refused.code).toBe(4);
    expect(refused.output).toContain('2 of 52 profiles with the model are not in the table');
    expect((await stored())[gone]).toEqual({ user_360: '{"A":1}', other: '{"B":1}' });
    expect((await onTerminal(command, { question, answer: 'y' })).code).toBe(0);
    expect((await stored())[gone]).toEqual({ other: '{"B":1}' });
  });

  it('removes nothing beyond its bound', async () => {
    const file = await folder.write('t.ndjson', users(3));
    const before = await folder.load([file, ...INTO_USERS, '--replace', '--yes']);
    expect([before.code, before.output]).toEqual([
      4,
      expect.stringContaining(
        '2 of 5 profiles with the model are not in the table, and --max-removals allows 0',
      ),
    ]);
    expect((await stored())[gone]).toHaveProperty('user_360');
    const allowed = await folder.load([
      file,
      ...INTO_USERS,
      '--replace',
      '--yes',
      '--max-removals',
      '2',
      '--json',
    ]);
    expect(JSON.parse(allowed.output)).toMatchObject({ loaded: 3, removed: 2 });
  });

  it('removes nothing where rows were rejected: their ids are not known', async () => {
    const file = await folder.write('t.ndjson', `${users(50)}{oops\n`);
    const { code, output } = await folder.load([file, ...INTO_USERS, '--replace', '--yes']);
    expect([code, output]).toEqual([2, expect.stringContaining('rows were rejected')]);
    expect((await stored())[gone]).toHaveProperty('user_360');
  });
});
