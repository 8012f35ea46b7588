/** What deploy/ has for Prometheus, in a real one: it scrapes a real gateway, and is asked what the dashboard asks. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { freePort } from '../support/free-port.js';
import { DESTINATION_ID, WORKSPACE_ID } from '../support/gateway.js';
import { type Prometheus, startPrometheus } from '../support/prometheus.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type ServedFiles, serveFiles } from '../support/served-files.js';
import { until } from '../support/until.js';
import { type Expression, expressions, rules } from './monitoring.js';

const run = promisify(execFile);
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const ALERTS = pathOf('../../deploy/prometheus/alerts.yaml');
const SCRAPE = pathOf('../../deploy/prometheus/scrape.yaml');
const SCENARIOS = pathOf('alert-scenarios.yaml');

/** What Grafana puts in for the variables of its dashboards. */
const VARIABLES = { job: '.*', instance: '.*', destination: '.*', __rate_interval: '10s' };

/** Panels that show what goes wrong: they are empty while nothing does. */
const OF_TROUBLE = /> 0$|state!="closed"/;

let redis: RedisServer;
let served: ServedFiles;
let prometheus: Prometheus;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.hset(`${WORKSPACE_ID}:${DESTINATION_ID}:user:email:ada`, { m: '{"A":1}' });
  const metricsPort = await freePort();
  served = await serveFiles(
    redis.address,
    `metrics: { port: ${metricsPort} }\nlimits: { aliases: { max: 0, mode: measure } }\n`,
  );
  prometheus = await startPrometheus(await configurationFor(metricsPort));
});
afterAll(async () => {
  await prometheus.close();
  await served.close();
  await redis.close();
});

/** As deploy/ has it, with this gateway as the target, and a test's patience. */
async function configurationFor(metricsPort: number): Promise<string> {
  const { scrape_configs: scrapes } = parse(await readFile(SCRAPE, 'utf8'));
  return stringify({
    global: { evaluation_interval: '1s' },
    rule_files: [ALERTS],
    scrape_configs: scrapes.map((scrape: object) => ({
      ...scrape,
      scrape_interval: '1s',
      scrape_timeout: '1s',
      static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }],
    })),
  });
}

function asked({ text }: Expression): string {
  return Object.entries(VARIABLES).reduce(
    (query, [name, value]) => query.replaceAll(`$${name}`, value),
    text,
  );
}

async function query(
  expression: Expression,
): Promise<readonly { readonly value: readonly [number, string] }[]> {
  const { result } = (await prometheus.ask('query', { query: asked(expression) })) as {
    result: readonly { value: readonly [number, string] }[];
  };
  return result;
}

/** A profile that is there, one that is not, and a query that goes past a limit, by a caller that is known. */
async function askOnce(token: string): Promise<void> {
  const ask = async (path: string, body: object) =>
    (
      await fetch(served.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
    ).text();
  for (const value of ['ada', 'nobody']) {
    await ask('/v1/activation', {
      entity: 'user',
      destinationId: DESTINATION_ID,
      id: { type: 'email', value },
    });
  }
  await ask('/graphql', {
    query: `{ ada: profile(entity: "user", destinationId: "${DESTINATION_ID}", idType: "email", idValue: "ada") { exists } }`,
  });
}

describe('in a real Prometheus', () => {
  it('the gateway is scraped, all alerts are evaluated, and every panel has something to show', async () => {
    const token = await served.createToken('web', '--destination', DESTINATION_ID);
    await until('the token is known', async () => expect(await served.ask(token)).toBe(200));
    const expected = expressions.filter(
      ({ from, text }) => !from.startsWith('the alert') && !OF_TROUBLE.test(text),
    );
    expect(expected.length).toBeGreaterThan(20);
    await until(
      'every panel shows something',
      async () => {
        await askOnce(token);
        for (const expression of expected) {
          const numbers = (await query(expression)).map(({ value }) => Number(value[1]));
          expect(numbers.length, `${expression.from}: ${asked(expression)}`).toBeGreaterThan(0);
          expect(numbers.filter(Number.isNaN), `${expression.from}: ${asked(expression)}`).toEqual([]);
        }
      },
      30_000,
    );
    for (const expression of expressions) {
      await query(expression);
    }
  }, 60_000);

  it('no alert is told while all is well, and that an instance is away once it is', async () => {
    const states = async () => {
      const { groups } = (await prometheus.ask('rules')) as {
        groups: readonly { rules: readonly { name: string; health: string; state: string }[] }[];
      };
      return groups.flatMap((group) => group.rules);
    };
    const evaluated = await until('all alerts are evaluated', async () => {
      const found = await states();
      expect(found.map(({ health }) => health)).toEqual(rules.map(() => 'ok'));
      return found;
    });
    expect(evaluated.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
    expect(evaluated.filter(({ state }) => state === 'firing')).toEqual([]);
    await served.process.stop();
    await until('the alert is pending', async () => {
      const away = (await states()).filter(({ state }) => state !== 'inactive').map(({ name }) => name);
      expect(away).toContain('ActivationGatewayDown');
    });
  });
});

describe('the alerts', () => {
  it('are each told when their trouble is there, and not before', async () => {
    const { tests } = parse(await readFile(SCENARIOS, 'utf8'));
    const tried: string[] = tests.flatMap(
      ({ alert_rule_test }: { alert_rule_test: { alertname: string; exp_alerts: object[] }[] }) =>
        alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
    );
    expect([...new Set(tried)].toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
    const { stdout } = await run('promtool', ['test', 'rules', SCENARIOS]);
    expect(stdout).toContain('SUCCESS');
  });

  it('and the scraping beside them are a configuration without a mistake', async () => {
    const { stdout } = await run('promtool', ['check', 'config', SCRAPE]);
    expect(stdout).toContain(`${rules.length} rules found`);
  });
});
