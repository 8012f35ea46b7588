import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'activation-gateway-imports-'));
  await cp(join(ROOT, 'src'), join(copy, 'src'), { recursive: true });
  await cp(join(ROOT, 'biome.json'), join(copy, 'biome.json'));
  await cp(join(ROOT, '.gitignore'), join(copy, '.gitignore'));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the linter', () => {
  it('finds no import against the direction in the sources as they are', async () => {
    expect(await lint('src')).toEqual({ code: 0, restricted: false });
  });

  it.each([
    [
      'src/redis/planted.ts',
      "import type { ProfileStore } from '../profiles/store.js';\nexport type Planted = ProfileStore;\n",
    ],
    [
      'src/profiles/planted.ts',
      "import type { Grant } from '../access/grant.js';\nexport type Planted = Grant;\n",
    ],
    [
      'src/access/planted.ts',
      "import type { RequestContext } from '../request-context.js';\nexport type Planted = RequestContext;\n",
    ],
    [
      'src/rest/planted.ts',
      "import type { Engine } from '../graphql/engine.js';\nexport type Planted = Engine;\n",
    ],
    [
      'src/profiles/planted.ts',
      "import type { ProjectEntity } from '../catalogue/pb-project.js';\nexport type Planted = ProjectEntity;\n",
    ],
    [
      'src/catalogue/planted.ts',
      "import type { Grant } from '../access/grant.js';\nexport type Planted = Grant;\n",
    ],
    [
      'src/http/planted.ts',
      "import type { Route } from '../graphql/route.js';\nexport type Planted = Route;\n",
    ],
    [
      'src/http/planted.ts',
      "import type { Generation } from '../generation.js';\nexport type Planted = Generation;\n",
    ],
    [
      'src/graphql/types/planted.ts',
      "import type { Gateway } from '../../gateway.js';\nexport type Planted = Gateway;\n",
    ],
    [
      'src/json/planted.ts',
      "import type { Config } from '../config/config.js';\nexport type Planted = Config;\n",
    ],
    [
      'src/telemetry/planted.ts',
      "import type { ErrorCode } from '../errors.js';\nexport type Planted = ErrorCode;\n",
    ],
    [
      'src/http/planted.ts',
      "import type { Registry } from 'prom-client';\nexport type Planted = Registry;\n",
    ],
    [
      'src/graphql/planted.ts',
      "import type { Span } from '@opentelemetry/api';\nexport type Planted = Span;\n",
    ],
    ['src/profiles/planted.ts', "import type { Redis } from 'ioredis';\nexport type Planted = Redis;\n"],
    [
      'src/rest/planted.ts',
      "import type { YogaServerInstance } from 'graphql-yoga';\nexport type Planted = YogaServerInstance<object, object>;\n",
    ],
    ['src/graphql/planted.ts', "import type { Redis } from 'ioredis';\nexport type Planted = Redis;\n"],
    [
      'src/profiles/planted.ts',
      "import type { TableRow } from '../loading/table-row.js';\nexport type Planted = TableRow;\n",
    ],
    [
      'src/loading/planted.ts',
      "import type { Gateway } from '../gateway.js';\nexport type Planted = Gateway;\n",
    ],
    [
      'src/commands/planted.ts',
      "import type { FileMetaData } from 'hyparquet';\nexport type Planted = FileMetaData;\n",
    ],
    ['src/redis/planted.ts', 'export const planted = () => process.env.HOME;\n'],
    [
      'src/client/planted.ts',
      "import type { ErrorCode } from '../errors.js';\nexport type Planted = ErrorCode;\n",
    ],
    ['src/client/planted.ts', "import type { Stats } from 'node:fs';\nexport type Planted = Stats;\n"],
    [
      'src/client/planted.ts',
      "import type { DocumentNode } from 'graphql';\nexport type Planted = DocumentNode;\n",
    ],
  ])('refuses what is planted in %s: %s', async (file, source) => {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), source);
    const { code, restricted } = await lint(file);
    await rm(join(copy, file));
    expect({ code, restricted }).toEqual({ code: 1, restricted: true });
  });
});

function lint(path: string): Promise<{ code: number; restricted: boolean }> {
  return new Promise((resolve) => {
    const args = [BIOME, 'lint', '--vcs-enabled=false', '--colors=off', '--max-diagnostics=50', path];
    execFile(process.execPath, args, { cwd: copy }, (error, stdout, stderr) => {
      const output = stdout + stderr;
      resolve({
        code: typeof error?.code === 'number' ? error.code : 0,
        restricted: /lint\/style\/(noRestrictedImports|noProcessEnv)/.test(output),
      });
    });
  });
}
