/** The manifests as `kubectl kustomize` writes them, held to Kubernetes' own types, to each other, and to the gateway. */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.js';
import { DOCKERFILE, lastOf, ROOT, stagesOf } from './dockerfile.js';
import { metricsOf } from './metrics-of.js';
import { parseDocuments } from './yaml-files.js';

const run = promisify(execFile);
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
/** The kinds that the manifests may hold, where their types are, and what checks their values. */
const KINDS = {
  ConfigMap: { from: 'v1/ConfigMap', Model: ConfigMap },
  Deployment: { from: 'apps/v1/Deployment', Model: Deployment },
  HorizontalPodAutoscaler: {
    from: 'autoscaling/v2/HorizontalPodAutoscaler',
    Model: HorizontalPodAutoscaler,
  },
  NetworkPolicy: { from: 'networking.k8s.io/v1/NetworkPolicy', Model: NetworkPolicy },
  PodDisruptionBudget: { from: 'policy/v1/PodDisruptionBudget', Model: PodDisruptionBudget },
  Service: { from: 'v1/Service', Model: Service },
  ServiceAccount: { from: 'v1/ServiceAccount', Model: ServiceAccount },
} as const;

const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
});
type Manifest = z.infer<typeof manifest>;

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
  timeoutSeconds: z.number(),
});
const deployment = z.object({
  spec: z.looseObject({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({ runAsUser: z.number(), runAsGroup: z.number() }),
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
            envFrom: z.unknown(),
            resources: z.object({ requests: z.object({ cpu: z.string() }) }).loose(),
            startupProbe: probe,
            readinessProbe: probe,
            livenessProbe: probe,
          }),
        ]),
      }),
    }),
  }),
});

let base: Manifest[];
let example: Manifest[];
let folder: string;
/** A copy of deploy/kubernetes. */
let manifests: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activation-gateway-kubernetes-'));
  manifests = join(folder, 'kubernetes');
  await cp(join(ROOT, 'deploy/kubernetes'), manifests, { recursive: true });
  await suitKubectl();
  [base, example] = await Promise.all([kustomize('base'), kustomize('example')]);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function kustomize(name: string): Promise<Manifest[]> {
  const { stdout } = await run('kubectl', ['kustomize', join(manifests, name)]);
  return parseDocuments(stdout, name).map((document) => manifest.parse(document));
}

/** Debian's kubectl is 1.20, which has folders under another key than all that came after it. */
async function suitKubectl(): Promise<void> {
  const { stdout } = await run('kubectl', ['version', '--client', '--output=json']);
  const { minor } = z
    .object({ clientVersion: z.object({ minor: z.string() }) })
    .parse(JSON.parse(stdout)).clientVersion;
  if (Number.parseInt(minor, 10) < 21) {
    const file = join(manifests, 'example/kustomization.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^resources:$/m, 'bases:'));
  }
}

/** What TypeScript says of manifests as objects of Kubernetes' types: it finds fields that do not exist, as schemas do not. */
async function typeMistakes(manifests: readonly Manifest[]): Promise<string> {
  const file = join(folder, 'manifests.ts');
  const lines = manifests.flatMap(({ kind, ...rest }, index) => {
    const known = Object.entries(KINDS).find(([name]) => name === kind);
    return known === undefined
      ? []
      : [
          `import type { I${kind} as K${index} } from 'kubernetes-models/${known[1].from}';`,
          `export const m${index}: K${index} = ${JSON.stringify({ kind, ...rest }, null, 2)};`,
        ];
  });
  await writeFile(file, lines.join('\n'));
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--types',
    '',
    '--module',
    'preserve',
  ];
  return run(process.execPath, [TSC, ...options, file]).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

function validate(each: Manifest): void {
  const known = Object.entries(KINDS).find(([name]) => name === each.kind);
  expect(known, each.kind).toBeDefined();
  const Model: new (data: never) => { validate(): void } = known?.[1].Model ?? Service;
  new Model({ ...each } as never).validate();
}

const named = (rendered: readonly Manifest[], kind: string, name = 'activation-gateway') =>
  rendered.find((each) => each.kind === kind && each.metadata.name === name);
const deploymentOf = (rendered: readonly Manifest[]) => deployment.parse(named(rendered, 'Deployment'));
const textOf = (rendered: readonly Manifest[]) => {
  const { data } = z
    .looseObject({ data: z.record(z.string(), z.string()) })
    .parse(named(rendered, 'ConfigMap'));
  return data['gateway.yaml'] ?? '';
};
const configOf = (rendered: readonly Manifest[]) => parseConfig(textOf(rendered), { REDIS_PASSWORD: 'x' });

describe('the manifests', () => {
  it('are of the kinds that are meant', () => {
    expect(base.map(({ kind }) => kind).toSorted()).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'ServiceAccount',
    ]);
    expect(example.filter(({ kind }) => kind === 'ServiceMonitor')).toHaveLength(1);
  });

  it('have the fields of Kubernetes, with values that it takes', async () => {
    const ours = [...base, ...example].filter(({ kind }) => kind !== 'ServiceMonitor');
    for (const each of ours) {
      expect(() => validate(each), each.kind).not.toThrow();
    }
    expect(await typeMistakes(ours)).toBe('');
  });

  it('would be refused with a field that does not exist, or a value that is none', async () => {
    const service = named(base, 'Service');
    const planted = manifest.parse({ ...service, spec: { ...Object(service?.spec), selektor: {} } });
    expect(await typeMistakes([planted])).toContain('selektor');
    const negative = manifest.parse({ ...service, spec: { ports: [{ port: 'eighty' }] } });
    expect(() => validate(negative)).toThrow();
  });

  it('hold a configuration that the gateway takes, on the ports that they name', () => {
    for (const rendered of [base, example]) {
      const { server } = configOf(rendered);
      const { metrics } = metricsOf.parse(parse(textOf(rendered)));
      const [container] = deploymentOf(rendered).spec.template.spec.containers;
      expect(container.ports).toEqual([
        { name: 'http', containerPort: server.port },
        { name: 'metrics', containerPort: metrics.port },
      ]);
      expect([server.host, metrics.host]).toEqual(['0.0.0.0', '0.0.0.0']);
      expect(container.envFrom).toEqual([{ secretRef: { name: 'activation-gateway' } }]);
    }
  });

  it('give a gateway the time to drain before it is killed', () => {
    for (const rendered of [base, example]) {
      const { drainSeconds } = configOf(rendered).server;
      const { terminationGracePeriodSeconds, containers } = deploymentOf(rendered).spec.template.spec;
      const { periodSeconds, failureThreshold } = containers[0].readinessProbe;
      expect(drainSeconds).toBeGreaterThan(periodSeconds * failureThreshold);
      // The supervisor ends a worker that hangs 10 seconds after it was to have drained.
      expect(terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + 10);
    }
  });

  it('probe what the gateway has', () => {
    const [{ startupProbe, readinessProbe, livenessProbe }] =
      deploymentOf(base).spec.template.spec.containers;
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/readyz', port: 'http' },
      { path: '/healthz', port: 'http' },
      { path: '/healthz', port: 'http' },
    ]);
  });

  it('run the image as it is made: its user, its command, as many workers as CPUs are asked for', () => {
    const { securityContext, containers } = deploymentOf(base).spec.template.spec;
    const final = stagesOf(DOCKERFILE).at(-1) ?? [];
    expect(`${securityContext.runAsUser}:${securityContext.runAsGroup}`).toBe(lastOf(final, 'USER'));
    const [container] = containers;
    expect(container.args.slice(0, 3)).toEqual(JSON.parse(lastOf(final, 'CMD')));
    expect(container.args.slice(3)).toEqual(['--workers', container.resources.requests.cpu]);
  });

  it('let nothing out of a container', () => {
    expect(named(base, 'Deployment')).toMatchObject({
      spec: {
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    });
    expect(named(base, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
  });

  it('select the same pods, all of them', () => {
    const { selector, template } = deploymentOf(base).spec;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    const selectors = [
      named(base, 'Service'),
      named(base, 'Service', 'activation-gateway-metrics'),
      named(base, 'PodDisruptionBudget'),
      named(base, 'NetworkPolicy'),
    ].map((each) => {
      const { spec } = z
        .looseObject({
          spec: z.looseObject({ selector: z.unknown().optional(), podSelector: z.unknown().optional() }),
        })
        .parse(each);
      const selector = spec.selector ?? spec.podSelector;
      return z.object({ matchLabels: z.unknown() }).safeParse(selector).data?.matchLabels ?? selector;
    });
    expect(selectors).toEqual(Array(4).fill(selector.matchLabels));
    expect(named(example, 'ServiceMonitor')).toMatchObject({
      spec: {
        selector: {
          matchLabels: named(base, 'Service', 'activation-gateway-metrics')?.metadata.labels,
        },
        jobLabel: 'app.kubernetes.io/name',
        endpoints: [{ port: 'metrics' }],
      },
    });
    expect(named(base, 'HorizontalPodAutoscaler')).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: named(base, 'Deployment')?.metadata.name } },
    });
  });

  it('are changed by an overlay: namespace, image, configuration', () => {
    expect(example.every(({ metadata }) => metadata.namespace === 'profiles')).toBe(true);
    const [container] = deploymentOf(example).spec.template.spec.containers;
    expect(container.image).toBe('images.example.com/activation-gateway:0.1.0');
    expect(configOf(example).accessTokens).toHaveLength(1);
  });
});
