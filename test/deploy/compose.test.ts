import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.js';
import { ROOT } from './dockerfile.js';
import { metricsOf } from './metrics-of.js';
import { documentsOf } from './yaml-files.js';

const FOLDER = 'deploy/compose';
const compose = z
  .object({
    services: z.record(
      z.string(),
      z.looseObject({
        volumes: z.array(z.string()).default([]),
        ports: z.array(z.string()).default([]),
        stop_grace_period: z.string().optional(),
        command: z.array(z.string()).optional(),
        mem_limit: z.string().optional(),
      }),
    ),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(documentsOf(`${FOLDER}/compose.yaml`)[0]);
const scrape = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.looseObject({
      job_name: z.string(),
      static_configs: z.array(z.object({ targets: z.array(z.string()) })),
    }),
  ),
});

/** Ours are in the order in which they are understood, and a build is given a name to be run by. */
const RULES = Object.fromEntries(
  [
    'services-alphabetical-order',
    'service-keys-order',
    'top-level-properties-order',
    'service-dependencies-alphabetical-order',
    'service-ports-alphabetical-order',
    'no-build-and-image',
  ].map((rule) => [rule, 0]),
);
const results = z.array(z.looseObject({ messages: z.array(z.looseObject({ message: z.string() })) }));

/** Mistakes, by the compose specification's schema and by the linter's rules. */
function mistakesOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-compose-'));
  try {
    const file = join(folder, 'compose.yaml');
    writeFileSync(file, text);
    const rules = { ...RULES, 'require-quotes-in-ports': [1, { quoteType: 'double' }] };
    const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [], disableAllRules: false });
    return results
      .parse(linter.lintFiles([file], false))
      .flatMap(({ messages }) => messages.map(({ message }) => message));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the compose file', () => {
  it('follows the compose specification, and has nothing that the linter finds', () => {
    const text = readFileSync(`${ROOT}${FOLDER}/compose.yaml`, 'utf8');
    expect(mistakesOf(text)).toEqual([]);
    expect(mistakesOf(text.replace('read_only: true', 'readonly: true'))).not.toEqual([]);
    expect(mistakesOf(text.replace('127.0.0.1:4000:4000', '4000:4000'))).not.toEqual([]);
  });

  it('mounts files that are there, and volumes that it declares', () => {
    const sources = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    for (const source of sources.filter((each) => each.startsWith('.'))) {
      expect(existsSync(join(ROOT, FOLDER, source)), source).toBe(true);
    }
    expect(sources.filter((each) => !each.startsWith('.')).toSorted()).toEqual(
      Object.keys(compose.volumes).toSorted(),
    );
  });

  it('starts as many workers as its memory has room for', () => {
    const { command = [], mem_limit: memory = '' } = compose.services.gateway ?? {};
    const workers = Number(command[command.indexOf('--workers') + 1]);
    expect(command.slice(0, 3)).toEqual(['serve', '--config', '/etc/activation-gateway/gateway.yaml']);
    expect(memory).toMatch(/^\dg$/);
    // A worker may come to half a gigabyte under load: docs/performance.md.
    expect(workers).toBeLessThanOrEqual(Number.parseInt(memory, 10));
  });

  it('has a configuration that the gateway takes, for the Redis beside it', () => {
    const text = readFileSync(`${ROOT}${FOLDER}/config/gateway.yaml`, 'utf8');
    const config = parseConfig(text, { REDIS_PASSWORD: 'x' });
    expect(config.destinations).toMatchObject([
      { redis: { addresses: [{ host: 'redis', port: 6379 }], password: 'x' } },
    ]);
    expect(Object.keys(compose.services)).toContain('redis');
    expect(compose.services.gateway?.ports).toEqual([`127.0.0.1:4000:${config.server.port}`]);
    const { drainSeconds } = config.server;
    expect(Number.parseInt(compose.services.gateway?.stop_grace_period ?? '', 10)).toBeGreaterThan(
      drainSeconds + 10,
    );
  });

  it('scrapes the gateway where its metrics are, under the name that the alerts know', () => {
    const { metrics } = metricsOf.parse(documentsOf(`${FOLDER}/config/gateway.yaml`)[0]);
    const [ours, theirs] = [`${FOLDER}/prometheus.yaml`, 'deploy/prometheus/scrape.yaml'].map((file) =>
      scrape.parse(documentsOf(file)[0]),
    );
    expect(metrics.host).toBe('0.0.0.0');
    expect(ours?.scrape_configs.map((job) => job.static_configs)).toEqual([
      [{ targets: [`gateway:${metrics.port}`] }],
    ]);
    const withoutTargets = (file: typeof ours) => ({
      ...file,
      scrape_configs: file?.scrape_configs.map((job) => ({ ...job, static_configs: [] })),
    });
    expect(withoutTargets(ours)).toEqual(withoutTargets(theirs));
  });
});
