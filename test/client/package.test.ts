/** The client as its users get it: small, alone, and of one mind with the gateway. */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { GATEWAY_ERROR_STATUS } from '../../src/client/activation-error.js';
import type { GatewayErrorCode, Profile } from '../../src/client/index.js';
import { ERROR_STATUS, type ErrorCode } from '../../src/errors.js';
import { bundleClient } from './bundle.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_BYTES = 4_000;

describe('the client', () => {
  it('is under 4 kB, minified and compressed, and needs nothing beside it', async () => {
    const code = await bundleClient();
    expect(code).toContain('UNEXPECTED_RESPONSE');
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(MAX_BYTES);
  });

  it('knows the codes of the gateway, all of them, with their statuses', () => {
    expect(GATEWAY_ERROR_STATUS).toEqual(ERROR_STATUS);
    expectTypeOf<GatewayErrorCode>().toEqualTypeOf<ErrorCode>();
  });

  it('gives traits the type that its user names, and says that each may be missing', () => {
    interface UserTraits {
      user_360: { FIRST_NAME: string; TIER: 'gold' | 'silver' };
    }
    type Traits = Profile<UserTraits>['traits'];
    expectTypeOf<NonNullable<Traits['user_360']>['TIER']>().toEqualTypeOf<'gold' | 'silver' | undefined>();
    expectTypeOf<Traits['user_360']>().extract<undefined>().toEqualTypeOf<undefined>();
    expectTypeOf<Profile['traits'][string]>().toEqualTypeOf<
      { readonly [name: string]: unknown } | undefined
    >();
  });
});

describe('its own check', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'activation-gateway-client-'));
    for (const path of ['src', 'tsconfig.json', 'package.json']) {
      await cp(join(ROOT, path), join(copy, path), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('finds nothing in the client as it is', async () => {
    expect(await check(copy)).toBe('');
  });

  it.each([
    ["import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n", /node:fs/],
    ['export const planted = process.env;\n', /process/],
    ['export const planted = document.title;\n', /document/],
    ["export { ERROR_STATUS } from '../errors.js';\n", /errors/],
  ])('refuses what is not both of browsers and of Node: %j', async (source, complaint) => {
    await writeFile(join(copy, 'src/client/planted.ts'), source);
    expect(await check(copy)).toMatch(complaint);
    await rm(join(copy, 'src/client/planted.ts'));
  });
});

function check(folder: string): Promise<string> {
  return new Promise((resolve) => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFile(process.execPath, [tsc, '-p', join(folder, 'src/client/tsconfig.json')], (_, stdout) =>
      resolve(stdout),
    );
  });
}
