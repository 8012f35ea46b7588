/** The dashboard and the alerts of deploy/ name what a scrape of a real gateway has, and nothing else. */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_STATUS } from '../../src/errors.js';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { namedIn } from '../support/prom-expression.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Scrape, scrape } from '../support/scrape.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';
import { until } from '../support/until.js';
import { dashboard, expressions, rules } from './monitoring.js';

/** Labels that Prometheus puts to every series. */
const TARGET_LABELS = ['job', 'instance'];
/** What Prometheus itself tells of a target. */
const TARGET_METRICS = ['up'];
/** Values that a healthy gateway's scrape need not have. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  outcome: [...Object.keys(ERROR_STATUS), 'ok', 'partial', 'found', 'missing'],
  code: Object.keys(ERROR_STATUS),
  state: ['closed', 'open', 'half_open'],
  face: ['graphql', 'rest', 'other'],
  class: ['2xx', '4xx', '5xx'],
  known: ['true', 'false'],
};

let redis: RedisServer;
let served: ServedFiles;
let found: Scrape;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
  const port = await freePort();
  served = await serveFiles(
    redis.address,
    `metrics: { port: ${port} }\nlimits: { aliases: { max: 0, mode: measure } }\n`,
  );
  const token = await served.createToken('web', '--destination', DESTINATION_ID);
  await until('the token is known', async () => expect(await served.ask(token)).toBe(200));
  const ask = (path: string, body: object) =>
    fetch(served.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  await ask('/graphql', { query: '{ alias: __typename }' });
  await ask('/graphql', { query: '{' });
  for (const value of ['ada', 'nobody']) {
    await ask('/v1/activation', {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value },
    });
  }
  // Garbage collections and event-loop delays take a moment to come.
  found = await until('there was a collection', async () => {
    const now = await scrape(port);
    expect(now.sum('nodejs_gc_duration_seconds_count')).toBeGreaterThan(0);
    return now;
  });
});
afterAll(async () => {
  await served.close();
  await redis.close();
});

/** Labels of a metric, those of a histogram's buckets included. */
function labelsOf(name: string): ReadonlySet<string> {
  const samples = found.samples.filter((sample) => sample.name === name);
  return new Set([...samples.flatMap(({ labels }) => Object.keys(labels)), ...TARGET_LABELS]);
}

describe('the dashboard and the alerts', () => {
  it.each(expressions)('name metrics, labels and values that exist: $from: $text', ({ text }) => {
    const { metrics, grouped } = namedIn(text);
    expect(metrics.length).toBeGreaterThan(0);
    const labels = new Set<string>();
    for (const { name, matchers } of metrics.filter((metric) => !TARGET_METRICS.includes(metric.name))) {
      expect(
        found.samples.some((sample) => sample.name === name),
        `${name} is in the scrape`,
      ).toBe(true);
      for (const label of labelsOf(name)) {
        labels.add(label);
      }
      for (const [label, values] of matchers) {
        expect([...labelsOf(name)], `labels of ${name}`).toContain(label);
        for (const value of TARGET_LABELS.includes(label) ? [] : values) {
          expect(VALUES[label], `values of ${label}`).toContain(value);
        }
      }
    }
    expect(grouped.filter((label) => !labels.has(label))).toEqual([]);
  });

  it('would be refused with a metric, a label or a value that is not there', () => {
    const { metrics, grouped } = namedIn(
      'sum by (le, nowhere) (rate(activation_gateway_nothing_total{outcome="OK",face!~"a|b"}[5m])) / on (job) up > 0.5',
    );
    expect(metrics).toEqual([
      {
        name: 'activation_gateway_nothing_total',
        matchers: new Map([
          ['outcome', ['OK']],
          ['face', ['a', 'b']],
        ]),
      },
      { name: 'up', matchers: new Map() },
    ]);
    expect(grouped).toEqual(['le', 'nowhere', 'job']);
    expect(found.types.has('activation_gateway_nothing_total')).toBe(false);
    expect(labelsOf('activation_gateway_lookups_total').has('nowhere')).toBe(false);
    expect(VALUES.outcome).not.toContain('OK');
  });

  it('use every metric that is the gateway’s own', () => {
    const named = new Set(expressions.flatMap(({ text }) => namedIn(text).metrics.map(({ name }) => name)));
    const own = [...found.types.keys()].filter((name) => name.startsWith('activation_gateway_'));
    const unused = own.filter(
      (name) => ![name, `${name}_bucket`, `${name}_sum`].some((each) => named.has(each)),
    );
    // How many commands a pipeline has is the batch’s size, but for clusters.
    expect(unused).toEqual(['activation_gateway_pipeline_commands']);
  });

  it('have panels that do not lie on one another, and targets for each', () => {
    const cells = new Set<string>();
    for (const { type, gridPos, targets = [] } of dashboard.panels) {
      expect(type === 'row' || targets.length > 0).toBe(true);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${x},${y}`), `${x},${y}`).toBe(false);
          cells.add(`${x},${y}`);
        }
      }
    }
  });

  it('are explained: every alert and every metric is in docs/observability.md, and nothing else is', async () => {
    const page = await readFile(new URL('../../docs/observability.md', import.meta.url), 'utf8');
    const rows = (pattern: RegExp) => Array.from(page.matchAll(pattern), ([, name]) => name).sort();
    expect(rows(/^\| `(ActivationGateway\w+)` \|/gm)).toEqual(rules.map(({ alert }) => alert).sort());
    expect(rows(/^\| `(activation_gateway_\w+)` \|/gm)).toEqual(
      [...found.types.keys()].filter((name) => name.startsWith('activation_gateway_')).sort(),
    );
    for (const [, name = '', type, labels = ''] of page.matchAll(
      /^\| `(activation_gateway_\w+)` \| (\w+) \| ([^|]*) \|/gm,
    )) {
      expect(found.types.get(name), name).toBe(type);
      const documented = Array.from(labels.matchAll(/`(\w+)`/g), ([, label]) => label).sort();
      const real = found.samples.filter((sample) => [name, `${name}_count`].includes(sample.name));
      expect([...new Set(real.flatMap((sample) => Object.keys(sample.labels)))].sort(), name).toEqual(
        documented,
      );
    }
    for (const { labels, annotations } of rules) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
    }
  });
});
