/** What deploy/ has for Prometheus and Grafana. */

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface Expression {
  readonly from: string;
  readonly text: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

const read = (file: string) => readFile(new URL(`../../deploy/${file}`, import.meta.url), 'utf8');
export const dashboard = JSON.parse(await read('grafana/dashboard.json'));
export const rules: readonly AlertRule[] = parse(await read('prometheus/alerts.yaml')).groups.flatMap(
  (group: { rules: AlertRule[] }) => group.rules,
);

/** What the dashboard asks Prometheus, and what its alerts do. */
export const expressions: readonly Expression[] = [
  ...dashboard.panels.flatMap(({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => ({ from: `the panel “${title}”`, text: expr })),
  ),
  ...dashboard.templating.list.flatMap(
    ({ name, query }: { name: string; query: string | { query: string } }) =>
      typeof query === 'string'
        ? []
        : [
            {
              from: `the variable ${name}`,
              text: query.query.replace(/label_values\((.*), (\w+)\)/, 'sum by ($2) ($1)'),
            },
          ],
  ),
  ...rules.map(({ alert, expr }) => ({ from: `the alert ${alert}`, text: expr })),
];
